package io.natsproxy.gateway.declared.jetstream;

/**
 * The ways in which a route may take the field {@code Idempotency-Key}.
 */
public enum IdempotencyUse {

	/**
	 * A request without a key is refused.
	 */
	REQUIRED,

	/**
	 * A key counts where there is one.
	 */
	OPTIONAL,

	/**
	 * The field is one like any other.
	 */
	IGNORED

}
