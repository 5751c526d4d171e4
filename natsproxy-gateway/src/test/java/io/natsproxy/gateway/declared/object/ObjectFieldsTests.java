package io.natsproxy.gateway.declared.object;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.natsproxy.core.jetstream.StoredObject;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.gateway.headers.FieldList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ObjectFieldsTests {

	private static final String DIGEST = "A".repeat(42) + "+=";

	@Test
	void whatOthersHaveStoredIsCleaned() {
		FieldList fields = ObjectFields.of(object(
				Map.of("content-type", List.of("text/html\r\nX: y"), "Set-Cookie", List.of("a=b"), "Cache-Control",
						List.of("no-store")),
				Map.of("good", "yes", "bad name", "x", "bad", "a\r\nb", "unicode", "\u20AC")));
		assertThat(fields.first("Content-Type")).isEqualTo("application/octet-stream");
		assertThat(fields.first("Cache-Control")).isEqualTo("no-store");
		assertThat(fields.first("Set-Cookie")).isNull();
		assertThat(fields.first("X-Object-Meta-good")).isEqualTo("yes");
		assertThat(fields.first("X-Object-Meta-bad")).isNull();
		assertThat(fields.first("X-Object-Meta-unicode")).isNull();
		assertThat(fields.first("ETag")).isEqualTo("\"" + DIGEST.replace("+=", "-") + "\"");
	}

	@Test
	void metadataIsLimited() {
		FieldList fields = new FieldList();
		for (int i = 0; i < 65; i++) {
			fields.add("X-Object-Meta-" + i, "x");
		}
		assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> ObjectFields.metadata(fields))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(431));
	}

	@Test
	void digestOfTheRequestIsFound() {
		FieldList fields = new FieldList();
		assertThat(ObjectFields.sha256(fields)).isNull();
		fields.add("Content-Digest", "sha-512=:x:, sha-256=:" + DIGEST + ":");
		assertThat(ObjectFields.sha256(fields)).isNotNull();
		fields.add("Repr-Digest", "sha-256=:" + "B".repeat(43) + "=:");
		assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> ObjectFields.sha256(fields));
	}

	@ParameterizedTest
	@ValueSource(strings = { "sha-256", "sha-256=abc", "sha-256=:abc:", "sha-256=::" })
	void malformedDigests(String value) {
		FieldList fields = new FieldList();
		fields.add("Repr-Digest", value);
		assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> ObjectFields.sha256(fields));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "If-Match|*|true|false", "If-Match|\"x\"|false|false", "If-Match|W/TAG|false|false",
					"If-Match|\"x\", TAG|true|false", "If-None-Match|*|false|true", "If-None-Match|W/TAG|false|true",
					"If-None-Match|\"x\"|true|true" })
	void preconditions(String name, String value, boolean present, boolean absent) {
		StoredObject object = object(Map.of(), Map.of());
		FieldList fields = new FieldList();
		fields.add(name, value.replace("TAG", ObjectConditions.tag(object)));
		assertThat(new ObjectConditions(fields).allowed(true).test(object)).isEqualTo(present);
		assertThat(new ObjectConditions(fields).allowed(true).test(null)).isEqualTo(absent);
	}

	private static StoredObject object(Map<String, List<String>> headers, Map<String, String> metadata) {
		return new StoredObject("files", "a", "id", 10, 1, 1024, DIGEST, Instant.EPOCH, headers, metadata, null);
	}

}
