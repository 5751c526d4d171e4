package io.natsproxy.boot.autoconfigure;

import java.util.function.Supplier;

import io.natsproxy.core.transport.netty.EventLoopTransport;
import io.natsproxy.core.transport.netty.TransportUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * A setting of the application cannot work, whatever the state of the NATS servers.
 */
public class InvalidNatsSettingException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String action;

	/**
	 * Creates an exception.
	 * @param description what is wrong: one or more sentences, without secrets
	 * @param action what to do about it
	 * @param cause the cause, if it holds no secret
	 */
	public InvalidNatsSettingException(String description, String action, @Nullable Throwable cause) {
		super(description, cause);
		this.action = action;
	}

	/**
	 * Returns what is made of a setting, and names it where it is refused.
	 * @param property the name of the property
	 * @param made makes it; its {@link IllegalArgumentException} says what is wrong with
	 * which value
	 * @return what has been made
	 * @throws InvalidNatsSettingException if the setting is refused
	 */
	public static <T> T check(String property, Supplier<T> made) {
		try {
			return made.get();
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidNatsSettingException(ex.getMessage() + ".", "Correct " + property + ".", ex);
		}
	}

	/**
	 * Tells of a transport of event loops that is not there.
	 * @param cause tells which, and why
	 * @return the exception
	 */
	public static InvalidNatsSettingException unavailable(TransportUnavailableException cause) {
		return new InvalidNatsSettingException(cause.getMessage() + ".",
				"Set " + EventLoopTransport.PROPERTY + "=auto, which takes what is there, or see to it that "
						+ cause.getTransport() + " is: it takes Linux, io.netty:netty-transport-native-"
						+ cause.getTransport() + " with the classifier of the machine (linux-x86_64, linux-aarch_64) "
						+ "on the class path, and a kernel, or a container, that allows it.",
				cause);
	}

	/**
	 * Returns what to do about it.
	 * @return one or more sentences
	 */
	public String getAction() {
		return this.action;
	}

}
