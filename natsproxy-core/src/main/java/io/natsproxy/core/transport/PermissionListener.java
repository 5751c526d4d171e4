package io.natsproxy.core.transport;

/**
 * A listener to what a server says about a subscription. Called when it says that it does
 * not permit it, and when it does again; on any thread, which it must not block.
 */
@FunctionalInterface
public interface PermissionListener {

	/**
	 * Takes what the server says about the subscription.
	 * @param permitted whether the subscription is permitted
	 */
	void onPermission(boolean permitted);

}
