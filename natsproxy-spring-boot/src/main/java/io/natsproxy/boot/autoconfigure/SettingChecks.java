package io.natsproxy.boot.autoconfigure;

import java.time.Duration;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * Checks settings one by one, so that a refusal names the one that is wrong, with its
 * value and what it may be. Immutable.
 */
public final class SettingChecks {

	private final String prefix;

	/**
	 * Creates checks.
	 * @param prefix what the names of the properties begin with, without a dot at the end
	 */
	public SettingChecks(String prefix) {
		this.prefix = prefix + ".";
	}

	/**
	 * Checks a number.
	 * @param name the rest of the name of the property
	 * @param value its value
	 * @return the value, 1 or more
	 * @throws InvalidNatsSettingException if it is less
	 */
	public int positive(String name, int value) {
		return require(value >= 1, name, value, "1 or more");
	}

	/**
	 * Checks a number.
	 * @param name the rest of the name of the property
	 * @param value its value
	 * @return the value, 0 or more
	 * @throws InvalidNatsSettingException if it is less
	 */
	public int notNegative(String name, int value) {
		return require(value >= 0, name, value, "0 or more");
	}

	/**
	 * Checks a number.
	 * @param name the rest of the name of the property
	 * @param value its value
	 * @param min the least that it may be
	 * @param max the most that it may be
	 * @return the value
	 * @throws InvalidNatsSettingException if it is less or more
	 */
	public int between(String name, int value, int min, int max) {
		return require(value >= min && value <= max, name, value, "from " + min + " to " + max);
	}

	/**
	 * Checks a size that is a limit of the protocol.
	 * @param name the rest of the name of the property
	 * @param value its value; one beyond the range of an integer is no other limit than
	 * the greatest
	 * @param min the least that it may be, in bytes
	 * @return the bytes
	 * @throws InvalidNatsSettingException if it is less
	 */
	public int bytes(String name, DataSize value, int min) {
		require(value.toBytes() >= min, name, value, min + "B or more");
		return (int) Math.min(value.toBytes(), Integer.MAX_VALUE);
	}

	/**
	 * Checks a size.
	 * @param name the rest of the name of the property
	 * @param value its value
	 * @return the bytes, 0 or more
	 * @throws InvalidNatsSettingException if it is negative
	 */
	public long notNegative(String name, DataSize value) {
		return require(!value.isNegative(), name, value, "0B or more").toBytes();
	}

	/**
	 * Checks a time.
	 * @param name the rest of the name of the property
	 * @param value its value
	 * @return the value, a millisecond or more
	 * @throws InvalidNatsSettingException if it is less
	 */
	public Duration positive(String name, Duration value) {
		require(value.compareTo(Duration.ofMillis(1)) >= 0, name, text(value), "1ms or more");
		return value;
	}

	/**
	 * Checks a time.
	 * @param name the rest of the name of the property
	 * @param value its value
	 * @return the value, zero or more
	 * @throws InvalidNatsSettingException if it is negative
	 */
	public Duration notNegative(String name, Duration value) {
		require(!value.isNegative(), name, text(value), "0s or more");
		return value;
	}

	/**
	 * Checks that a setting is there.
	 * @param name the rest of the name of the property
	 * @param value its value
	 * @return the value
	 * @throws InvalidNatsSettingException if there is none
	 */
	public <T> T present(String name, @Nullable T value) {
		if (value == null) {
			throw new InvalidNatsSettingException(this.prefix + name + " is not set, but must be.",
					"Set " + this.prefix + name + ".", null);
		}
		return value;
	}

	/**
	 * Returns what is made of a setting, which is named if that fails.
	 * @param name the rest of the name of the property
	 * @param made makes it; its {@link IllegalArgumentException} says what is wrong with
	 * which value
	 * @return what has been made
	 * @throws InvalidNatsSettingException if the setting is refused
	 */
	public <T> T made(String name, Supplier<T> made) {
		return InvalidNatsSettingException.check(this.prefix + name, made);
	}

	private <T> T require(boolean condition, String name, T value, String expected) {
		if (!condition) {
			throw new InvalidNatsSettingException(
					this.prefix + name + " is " + value + ", but must be " + expected + ".",
					"Correct " + this.prefix + name + ".", null);
		}
		return value;
	}

	/**
	 * Writes a time as properties have it.
	 */
	private static String text(Duration value) {
		if (value.getNano() % 1_000_000 != 0) {
			return value.toString();
		}
		return (value.getNano() == 0) ? value.toSeconds() + "s" : value.toMillis() + "ms";
	}

}
