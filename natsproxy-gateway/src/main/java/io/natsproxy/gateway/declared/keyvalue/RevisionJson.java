package io.natsproxy.gateway.declared.keyvalue;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

import io.natsproxy.core.jetstream.KeyRevision;
import io.natsproxy.core.wire.JsonObject;

/**
 * Revisions as JSON, with their values: as text where they are such, and in Base64 where
 * not.
 */
final class RevisionJson {

	private RevisionJson() {
	}

	static String of(KeyRevision revision) {
		JsonObject json = new JsonObject().put("key", revision.key())
			.put("revision", revision.revision())
			.put("operation", revision.operation())
			.put("created", revision.created().toString());
		if (revision.exists()) {
			json.put("size", revision.value().length);
			StoredFields.of(revision).forEach((name, values) -> {
				if (name.equals("Content-Type")) {
					json.put("contentType", values.get(0));
				}
			});
			value(revision.value(), json);
		}
		return json.toString();
	}

	private static void value(byte[] value, JsonObject json) {
		try {
			json.put("value", StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString());
		}
		catch (CharacterCodingException ex) {
			json.put("base64", Base64.getEncoder().encodeToString(value));
		}
	}

}
