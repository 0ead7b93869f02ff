// An OpenID provider for the tests: oidc-provider with every feature that the product speaks to.
// OIDC_MODULE is the installed module, OIDC_PORT the port, OIDC_CLIENTS the clients as JSON.
import { pathToFileURL } from "node:url";

const { Provider } = await import(pathToFileURL(process.env.OIDC_MODULE).href);
const port = Number(process.env.OIDC_PORT);

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: JSON.parse(process.env.OIDC_CLIENTS),
  scopes: ["openid", "offline_access", "email", "read", "write"],
  claims: { openid: ["sub"], email: ["email"] },
  findAccount: (ctx, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@people.example` }),
  }),
  pkce: { required: () => false },
  issueRefreshToken: async (ctx, client) => client.grantTypeAllowed("refresh_token"),
  rotateRefreshToken: () => true,
  cookies: { keys: ["only for tests"] },
  ttl: {
    AccessToken: Number(process.env.OIDC_LIFETIME ?? 3600),
    ClientCredentials: Number(process.env.OIDC_LIFETIME ?? 3600),
    RefreshToken: 86400, IdToken: 3600, DeviceCode: 600, Grant: 86400, Session: 86400, Interaction: 3600,
  },
  features: {
    devInteractions: { enabled: true },
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    revocation: { enabled: true, allowedPolicy: () => true },
    pushedAuthorizationRequests: { enabled: true },
    registration: { enabled: true },
    registrationManagement: { enabled: true },
    dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 7), requireNonce: () => true },
    resourceIndicators: { enabled: false },
  },
});

provider.on("server_error", (ctx, error) => console.error("server error", error));
provider.listen(port, "127.0.0.1", () => console.log("ready"));
