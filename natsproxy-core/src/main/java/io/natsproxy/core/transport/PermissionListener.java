package io.natsproxy.core.transport;

/**
 * Is told whether a server permits a subscription. Called when it says that it does not,
 * and when it does again; on any thread, which it must not block.
 */
@FunctionalInterface
public interface PermissionListener {

	/**
	 * Takes word of the server.
	 * @param permitted whether the subscription is permitted
	 */
	void onPermission(boolean permitted);

}
