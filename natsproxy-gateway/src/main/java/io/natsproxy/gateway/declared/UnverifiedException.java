package io.natsproxy.gateway.declared;

/**
 * A request is not from whom it has to be. Has no stack trace: it is an outcome and no
 * defect.
 */
public class UnverifiedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param reason why, for the log: the client is told nothing of it
	 */
	public UnverifiedException(String reason) {
		super(reason, null, false, false);
	}

}
