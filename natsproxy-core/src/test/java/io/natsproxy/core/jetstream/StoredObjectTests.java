package io.natsproxy.core.jetstream;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;

import io.nats.client.api.ObjectInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class StoredObjectTests {

	@Test
	void digestIsReadInBothAlphabets() {
		byte[] digest = new byte[32];
		digest[0] = (byte) 0xFB;
		digest[1] = (byte) 0xF0;
		String text = "+/" + "A".repeat(41) + "=";
		assertThat(StoredObject.of("files", info().digest(StoredObject.digest(digest)).build()).sha256())
			.isEqualTo(text);
		assertThat(StoredObject.of("files", info().digest("sha-256=" + text).build()).sha256()).isEqualTo(text);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "SHA-256=", "SHA-256=abc", "SHA-256=%%", "SHA-512=AAAA" })
	void otherDigestsAreNone(String digest) {
		assertThat(StoredObject.of("files", info().digest(digest).build()).sha256()).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { ">", "*", "a.b", "a b", "", "a\r\nb" })
	void idIsOneToken(String id) {
		ObjectInfo info = info().nuid(id).build();
		assertThatExceptionOfType(JetStreamException.class).isThrownBy(() -> StoredObject.of("files", info));
	}

	@Test
	void sizeAndChunksFitEachOther() {
		ObjectInfo info = info().size(-1).build();
		assertThatExceptionOfType(JetStreamException.class).isThrownBy(() -> StoredObject.of("files", info));
		ObjectInfo other = info().size(5).chunks(0).build();
		assertThatExceptionOfType(JetStreamException.class).isThrownBy(() -> StoredObject.of("files", other));
	}

	@ParameterizedTest
	@CsvSource({ "0, 0, true", "1, 1, true", "10, 1, true", "11, 2, true", "11, 3, false", "20, 2, true",
			"20, 3, false" })
	void evenObjectsHaveNoChunkTooMany(long size, long chunks, boolean even) {
		assertThat(StoredObject.of("files", info().size(size).chunks(chunks).chunkSize(10).build()).isEven())
			.isEqualTo(even);
	}

	@Test
	void linksToOtherBucketsLeadNowhere() {
		assertThat(StoredObject.of("files", info().objectLink("files", "b").build()).link()).isEqualTo("b");
		assertThat(StoredObject.of("files", info().objectLink("other", "b").build()).link()).isEmpty();
		assertThat(StoredObject.of("files", info().bucketLink("files").build()).link()).isEmpty();
	}

	private static ObjectInfo.Builder info() {
		return ObjectInfo.builder("files", "a")
			.nuid("abc")
			.modified(ZonedDateTime.of(2026, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC));
	}

}
