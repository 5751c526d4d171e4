package io.natsproxy.boot.management;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

import io.natsproxy.core.management.ManagementResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.core.io.Resource;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * Writes results of endpoints: bytes, files and texts as they are, all else as JSON. Of
 * what is too long, no more is held than there is room for.
 */
final class ResponseWriter {

	private final JsonMapper json;

	ResponseWriter(JsonMapper json) {
		this.json = json;
	}

	/**
	 * Writes a result.
	 * @param result the result of an endpoint
	 * @param produced the media type, unless the result has one; empty for none
	 * @param maxLength the most bytes that the body may have
	 */
	ManagementResponse write(Object result, String produced, int maxLength) {
		Object body = result;
		int status = WebEndpointResponse.STATUS_OK;
		String contentType = produced;
		if (result instanceof WebEndpointResponse<?> response) {
			body = response.getBody();
			status = response.getStatus();
			MimeType type = response.getContentType();
			contentType = (type != null) ? type.toString() : produced;
		}
		try {
			byte[] bytes = bytes(body, contentType, maxLength);
			return new ManagementResponse(status, (body != null && !contentType.isEmpty()) ? contentType : null, bytes);
		}
		catch (TooLongException ex) {
			return ManagementResponse.problem(507,
					"The response of the management endpoint does not fit a message of " + maxLength + " bytes");
		}
	}

	private byte[] bytes(@Nullable Object body, String contentType, int maxLength) {
		if (body == null) {
			return new byte[0];
		}
		if (body instanceof byte[] bytes) {
			return checked(bytes, maxLength);
		}
		if (body instanceof Resource resource) {
			return read(resource, maxLength);
		}
		if (body instanceof CharSequence text) {
			return checked(text.toString().getBytes(charset(contentType)), maxLength);
		}
		BoundedOutput output = new BoundedOutput(maxLength);
		try {
			this.json.writeValue(output, body);
		}
		catch (JacksonException ex) {
			if (output.isTooLong()) {
				throw new TooLongException();
			}
			throw ex;
		}
		return output.bytes();
	}

	private static byte[] checked(byte[] bytes, int maxLength) {
		if (bytes.length > maxLength) {
			throw new TooLongException();
		}
		return bytes;
	}

	private static byte[] read(Resource resource, int maxLength) {
		try (InputStream input = resource.getInputStream()) {
			return checked(input.readNBytes(maxLength + 1), maxLength);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Charset charset(String contentType) {
		Charset charset = contentType.isEmpty() ? null : MimeTypeUtils.parseMimeType(contentType).getCharset();
		return (charset != null) ? charset : StandardCharsets.UTF_8;
	}

	/**
	 * A body is longer than there is room for.
	 */
	private static final class TooLongException extends RuntimeException {

		private static final long serialVersionUID = 1L;

	}

	/**
	 * Fails as soon as more is written than there is room for.
	 */
	private static final class BoundedOutput extends OutputStream {

		private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

		private final int maxLength;

		private boolean tooLong;

		BoundedOutput(int maxLength) {
			this.maxLength = maxLength;
		}

		boolean isTooLong() {
			return this.tooLong;
		}

		byte[] bytes() {
			return this.bytes.toByteArray();
		}

		@Override
		public void write(int octet) throws IOException {
			write(new byte[] { (byte) octet }, 0, 1);
		}

		@Override
		public void write(byte[] octets, int offset, int length) throws IOException {
			if (this.tooLong || length > this.maxLength - this.bytes.size()) {
				this.tooLong = true;
				throw new IOException("The response is too long");
			}
			this.bytes.write(octets, offset, length);
		}

	}

}
