package io.natsproxy.benchmarks.mvc;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32C;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/**
 * The handlers, with the answers that the reactive ones give.
 */
@RestController
class BenchmarkController {

	private static final int CHUNK = 16 * 1024;

	private static final Greeting GREETING = new Greeting("hello");

	private final byte[] chunk = chunk();

	@GetMapping("/tiny")
	Greeting tiny() {
		return GREETING;
	}

	@PostMapping("/echo")
	byte[] echo(@RequestBody byte[] body) {
		return body;
	}

	@GetMapping("/download")
	ResponseEntity<StreamingResponseBody> download(@RequestParam long size) {
		StreamingResponseBody body = (output) -> {
			for (long left = size; left > 0; left -= CHUNK) {
				output.write(this.chunk, 0, (int) Math.min(CHUNK, left));
			}
		};
		return ResponseEntity.ok().contentType(MediaType.APPLICATION_OCTET_STREAM).contentLength(size).body(body);
	}

	@PostMapping("/upload")
	String upload(InputStream body) throws IOException {
		CRC32C checksum = new CRC32C();
		byte[] buffer = new byte[CHUNK];
		long length = 0;
		for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
			checksum.update(buffer, 0, read);
			length += read;
		}
		return length + " " + Long.toHexString(checksum.getValue());
	}

	private static byte[] chunk() {
		byte[] bytes = new byte[CHUNK];
		for (int i = 0; i < bytes.length; i++) {
			bytes[i] = (byte) i;
		}
		return bytes;
	}

}
