package io.natsproxy.it.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;

import io.natsproxy.it.contract.TestContent.Summary;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/**
 * Handler methods that read and write streams, and block.
 */
@RestController
class ServletStreamEndpoints extends StreamEndpoints {

	private static final int PART = 16 * 1024;

	@GetMapping("/known")
	ResponseEntity<StreamingResponseBody> known() {
		return ResponseEntity.ok()
			.contentType(MediaType.APPLICATION_OCTET_STREAM)
			.contentLength(3 * MEGABYTE)
			.body((out) -> write(out, 3 * MEGABYTE));
	}

	@GetMapping(path = "/unknown", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
	StreamingResponseBody unknown() {
		return (out) -> write(out, 3 * MEGABYTE);
	}

	@GetMapping(path = "/small", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
	StreamingResponseBody small() {
		return (out) -> {
			write(out, 50_000);
			out.flush();
			byte[] all = TestContent.bytes(100_000);
			out.write(all, 50_000, 50_000);
		};
	}

	@GetMapping(path = "/failing", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
	StreamingResponseBody failing() {
		return (out) -> {
			write(out, 2 * MEGABYTE);
			throw new IllegalStateException("midway");
		};
	}

	@PostMapping("/upload")
	Summary upload(InputStream body) {
		return summary(body);
	}

	@PostMapping("/file")
	Map<String, Object> file(@RequestPart MultipartFile file) throws IOException {
		Summary summary = summary(file.getInputStream());
		return Map.of("name", String.valueOf(file.getOriginalFilename()), "length", summary.length(), "sha256",
				summary.sha256());
	}

	/**
	 * Sends back what it receives, while it is still receiving.
	 */
	@PostMapping("/echo")
	void echo(HttpServletRequest request, HttpServletResponse response) throws IOException {
		response.setContentType(MediaType.APPLICATION_OCTET_STREAM_VALUE);
		request.getInputStream().transferTo(response.getOutputStream());
	}

	@PostMapping("/too-large")
	void tooLarge() {
		throw new ResponseStatusException(HttpStatus.CONTENT_TOO_LARGE);
	}

	private static void write(OutputStream out, int length) throws IOException {
		byte[] all = TestContent.bytes(length);
		for (int sent = 0; sent < length; sent += PART) {
			out.write(all, sent, Math.min(PART, length - sent));
		}
	}

	private static Summary summary(InputStream in) {
		return TestContent
			.summary(DataBufferUtils.readInputStream(() -> in, DefaultDataBufferFactory.sharedInstance, PART))
			.blockOptional(Duration.ofSeconds(30))
			.orElseThrow();
	}

}
