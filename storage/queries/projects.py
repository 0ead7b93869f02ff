"""Projects: the workspaces of a database."""

import time

from sqlmodel import Session, col, select

from ..ids import new_id
from ..records import Project
from ..tables import ProjectTable
from .rows import key_of, record_of, unique_name, values_of


def add_project(session: Session, name: str, *, production: bool) -> Project:
    """Make a project."""
    project = Project(new_id("prj_"), name, production, time.time_ns() // 1000)
    with unique_name(session, "a project", name):
        session.add(ProjectTable(**values_of(project), name_key=key_of(name)))
    return project


def list_projects(session: Session) -> tuple[Project, ...]:
    """Give all projects by name."""
    rows = session.exec(select(ProjectTable).order_by(col(ProjectTable.name_key)))
    return tuple(record_of(Project, row) for row in rows)
