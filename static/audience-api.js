import { call, json } from "./api.js";
import { withQuery } from "./model/page-address.js";

// The API of a room that looks together.
export const readInvitation = () => json("/api/invitation");
export const codeAddress = (address) => withQuery("/api/invitation.svg", { address });
export const giveToken = (token) => call("/api/token", { method: "POST", body: { token } });
export const present = (presentation) => json("/api/presentation", { method: "PUT", body: presentation });
export const release = () => call("/api/presentation", { method: "DELETE" });
