package io.natsproxy.gateway.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.natsproxy.boot.autoconfigure.InvalidNatsSettingException;
import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.gateway.GatewayFormats;
import io.natsproxy.webflux.path.PathCondition;
import org.jspecify.annotations.Nullable;

/**
 * Makes of names in properties the formats that are there.
 */
final class FormatSettings {

	private static final String NATIVE = "native";

	private final Map<String, MessageFormat> available;

	FormatSettings(List<MessageFormat> available) {
		this.available = available.stream().collect(Collectors.toMap(MessageFormat::name, (format) -> format));
	}

	/**
	 * Reads the settings.
	 * @throws InvalidNatsSettingException if a format is not there
	 */
	GatewayFormats of(GatewayProperties properties) {
		List<GatewayFormats.PathFormat> byPath = new ArrayList<>();
		for (GatewayProperties.PathFormat each : properties.formats()) {
			String name = "natsproxy.gateway.formats[" + byPath.size() + "]";
			PathCondition path = PathCondition.any();
			if (each.path() != null || each.regex() != null) {
				path = InvalidNatsSettingException.check(name, () -> PathCondition.of(each.path(), each.regex()));
			}
			byPath.add(new GatewayFormats.PathFormat(path, format(each.format(), name + ".format")));
		}
		return new GatewayFormats(byPath, format(properties.format(), "natsproxy.gateway.format"));
	}

	private @Nullable MessageFormat format(String name, String property) {
		if (name.equals(NATIVE)) {
			return null;
		}
		MessageFormat format = this.available.get(name);
		if (format == null) {
			List<String> names = new ArrayList<>(this.available.keySet());
			names.add(NATIVE);
			throw new InvalidNatsSettingException(
					"There is no format '" + name + "' for " + property + ": available are " + String.join(", ", names)
							+ ".",
					"Correct " + property + ", or add the module that brings the format to the class path: "
							+ "natsproxy-go-interop for 'go-nats-proxy'.",
					null);
		}
		return format;
	}

}
