package io.natsproxy.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Reads {@code --name=value} and {@code --name}.
 */
final class Arguments {

	private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s)");

	private final Map<String, String> values = new LinkedHashMap<>();

	/**
	 * Reads a command line.
	 * @param known the names that are allowed
	 * @param arguments the command line
	 * @throws InvalidOptionException if there is another name, or no name
	 */
	Arguments(Set<String> known, String... arguments) {
		for (String argument : arguments) {
			int equals = argument.indexOf('=');
			String name = (equals >= 0) ? argument.substring(0, equals) : argument;
			if (!name.startsWith("--") || !known.contains(name.substring(2))) {
				throw new InvalidOptionException("Unknown option '" + name + "': there are --"
						+ String.join(", --", known.stream().sorted().toList()));
			}
			this.values.put(name.substring(2), (equals >= 0) ? argument.substring(equals + 1) : "");
		}
	}

	boolean has(String name) {
		return this.values.containsKey(name);
	}

	@Nullable String text(String name) {
		return this.values.get(name);
	}

	String text(String name, String fallback) {
		return this.values.getOrDefault(name, fallback);
	}

	/**
	 * Returns a number.
	 * @param name the name of the option
	 * @param fallback the number if the option is absent
	 * @return a number above zero
	 * @throws InvalidOptionException if it is none
	 */
	double number(String name, double fallback) {
		String value = this.values.get(name);
		if (value == null) {
			return fallback;
		}
		try {
			double number = Double.parseDouble(value);
			if (number > 0 && number < 1e6) {
				return number;
			}
		}
		catch (NumberFormatException ex) {
			// As wrong as a number that is out of range.
		}
		throw new InvalidOptionException("--" + name + "=" + value + ": expected a number above zero");
	}

	/**
	 * Returns a number of times.
	 * @param name the name of the option
	 * @param fallback the number if the option is absent
	 * @return a whole number above zero
	 * @throws InvalidOptionException if it is none
	 */
	int count(String name, int fallback) {
		return (int) Math.ceil(number(name, fallback));
	}

	/**
	 * Returns a time.
	 * @param name the name of the option
	 * @return a time such as {@code 10ms}, {@code 0.5ms} or {@code 1s}, up to a second;
	 * {@code null} if the option is absent
	 * @throws InvalidOptionException if it is none
	 */
	@Nullable Duration duration(String name) {
		String value = this.values.get(name);
		if (value == null) {
			return null;
		}
		Matcher matcher = DURATION.matcher(value);
		if (matcher.matches()) {
			double nanos = Double.parseDouble(matcher.group(1)) * (matcher.group(2).equals("s") ? 1e9 : 1e6);
			if (nanos >= 1000 && nanos <= 1e9) {
				return Duration.ofNanos((long) nanos);
			}
		}
		throw new InvalidOptionException(
				"--" + name + "=" + value + ": expected a time of up to a second, such as 10ms");
	}

	/**
	 * Returns the words of a list.
	 * @param name the name of the option
	 * @param allowed the words that there are
	 * @param fallback the words if the option is absent
	 * @return the words given, in the order of those that there are
	 * @throws InvalidOptionException if there is no such word
	 */
	List<String> words(String name, List<String> allowed, List<String> fallback) {
		String value = this.values.get(name);
		if (value == null) {
			return fallback;
		}
		List<String> words = new ArrayList<>(List.of(value.split(",")));
		for (String word : words) {
			if (!allowed.contains(word)) {
				throw new InvalidOptionException(
						"--" + name + ": there is no '" + word + "', but " + String.join(", ", allowed));
			}
		}
		return allowed.stream().filter(words::contains).toList();
	}

}
