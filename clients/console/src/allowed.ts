/** What the caller may do: nobody need see a button whose call the service would refuse. */
import { Permission, PermissionDenied, type AmendsClient } from "amends-client";

/** Whether the caller may do something, as far as anybody says. */
export type Allowed = (permission: Permission) => boolean;

/** Where nobody says, it may be tried: the service refuses what it must. */
export const UNSAID: Allowed = () => true;

/** Asks the service. An older one does not say, nor any to who may not read. */
export async function allowedTo(amends: AmendsClient, signal: AbortSignal): Promise<Allowed> {
  try {
    const { permissions } = await amends.listRulePacks({ pageSize: 1 }, { signal });
    return permissions.length === 0 ? UNSAID : (permission) => permissions.includes(permission);
  } catch (error) {
    if (error instanceof PermissionDenied) {
      return UNSAID;
    }
    throw error;
  }
}
