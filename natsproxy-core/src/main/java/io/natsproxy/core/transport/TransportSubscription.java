package io.natsproxy.core.transport;

/**
 * A subscription of a transport.
 */
public interface TransportSubscription extends PermissionListener {

	/**
	 * Returns the subject.
	 * @return the subject, which may have wildcards
	 */
	String subject();

	/**
	 * Returns whether it stands for as long as its owner works, so that the server is
	 * asked for it again where it is not permitted.
	 * @return whether it does
	 */
	boolean isStanding();

	/**
	 * Returns whether it is this subscription that the server does not permit.
	 * @param denial what the server has said
	 * @return whether it is
	 */
	boolean isDenied(Denial denial);

	/**
	 * Asks the server for it again, which does nothing where it has it.
	 */
	void subscribeAgain();

}
