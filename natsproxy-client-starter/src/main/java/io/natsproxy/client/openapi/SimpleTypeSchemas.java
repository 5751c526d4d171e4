package io.natsproxy.client.openapi;

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.URL;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.Currency;
import java.util.Date;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.core.ResolvableType;
import org.springframework.core.io.InputStreamSource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.util.ClassUtils;

/**
 * Describes types that need no library: texts, numbers, times, and collections of them.
 * All others may be anything.
 */
final class SimpleTypeSchemas implements TypeSchemas {

	private static final Map<Class<?>, String[]> TYPES = Map.ofEntries(Map.entry(Boolean.class, types("boolean")),
			Map.entry(Byte.class, types("integer", "int32")), Map.entry(Short.class, types("integer", "int32")),
			Map.entry(Integer.class, types("integer", "int32")), Map.entry(Long.class, types("integer", "int64")),
			Map.entry(BigInteger.class, types("integer")), Map.entry(Float.class, types("number", "float")),
			Map.entry(Double.class, types("number", "double")), Map.entry(BigDecimal.class, types("number")),
			Map.entry(Character.class, types("string")), Map.entry(UUID.class, types("string", "uuid")),
			Map.entry(URI.class, types("string", "uri")), Map.entry(URL.class, types("string", "uri")),
			Map.entry(Locale.class, types("string")), Map.entry(Currency.class, types("string")),
			Map.entry(LocalDate.class, types("string", "date")), Map.entry(LocalTime.class, types("string")),
			Map.entry(LocalDateTime.class, types("string")),
			Map.entry(OffsetDateTime.class, types("string", "date-time")),
			Map.entry(ZonedDateTime.class, types("string", "date-time")),
			Map.entry(Instant.class, types("string", "date-time")), Map.entry(Date.class, types("string", "date-time")),
			Map.entry(Duration.class, types("string")), Map.entry(byte[].class, types("string", "binary")),
			Map.entry(char[].class, types("string")));

	private final JsonMapper mapper = JsonMapper.shared();

	private static String[] types(String... types) {
		return types;
	}

	@Override
	public ObjectNode schema(Type type) {
		return schema(ResolvableType.forType(type));
	}

	private ObjectNode schema(ResolvableType type) {
		Class<?> raw = ClassUtils.resolvePrimitiveIfNecessary(type.resolve(Object.class));
		String[] known = TYPES.get(raw);
		if (known != null) {
			return schema(known);
		}
		if (CharSequence.class.isAssignableFrom(raw)) {
			return schema(types("string"));
		}
		if (isBinary(raw)) {
			return schema(types("string", "binary"));
		}
		if (raw.isEnum()) {
			ObjectNode schema = schema(types("string"));
			ArrayNode values = schema.putArray("enum");
			for (Object constant : raw.getEnumConstants()) {
				values.add(((Enum<?>) constant).name());
			}
			return schema;
		}
		if (raw.isArray() || Collection.class.isAssignableFrom(raw)) {
			ResolvableType element = raw.isArray() ? type.getComponentType() : type.asCollection().getGeneric();
			ObjectNode schema = schema(types("array"));
			schema.set("items", schema(element));
			return schema;
		}
		return this.mapper.createObjectNode();
	}

	/**
	 * Tells whether a body of a type is bytes, which no library knows.
	 */
	static boolean isBinary(Class<?> type) {
		return DataBuffer.class.isAssignableFrom(type) || InputStreamSource.class.isAssignableFrom(type)
				|| ByteBuffer.class.isAssignableFrom(type) || type == byte[].class;
	}

	private ObjectNode schema(String[] types) {
		ObjectNode schema = this.mapper.createObjectNode().put("type", types[0]);
		return (types.length > 1) ? schema.put("format", types[1]) : schema;
	}

	@Override
	public ObjectNode components() {
		return this.mapper.createObjectNode();
	}

}
