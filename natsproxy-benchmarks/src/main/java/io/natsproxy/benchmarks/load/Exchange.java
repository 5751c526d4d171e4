package io.natsproxy.benchmarks.load;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A request, and the response that it must have.
 *
 * @param method the HTTP method
 * @param path path and query
 * @param request the body of the request; empty for none
 * @param response the body of the response, whose status is 200
 */
record Exchange(String method, String path, RepeatedBytes request, RepeatedBytes response) {

	private static final RepeatedBytes NOTHING = RepeatedBytes.of(new byte[0]);

	/**
	 * What a browser typically sends of its own accord.
	 */
	private static final List<String> BROWSER_HEADERS = List.of(
			"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
			"Accept: application/json, text/plain, */*", "Accept-Language: en-US,en;q=0.7,de;q=0.3",
			"Accept-Encoding: gzip, deflate, br, zstd", "Connection: keep-alive",
			"Referer: https://app.example.com/orders/open",
			"Cookie: session=5f0c7a1e9b2d4c6f8a1b3c5d7e9f0a2b; theme=dark; consent=yes", "Sec-Fetch-Dest: empty",
			"Sec-Fetch-Mode: cors", "Sec-Fetch-Site: same-origin");

	static Exchange get(String path, RepeatedBytes response) {
		return new Exchange("GET", path, NOTHING, response);
	}

	static Exchange post(String path, RepeatedBytes request, RepeatedBytes response) {
		return new Exchange("POST", path, request, response);
	}

	/**
	 * Encodes the head of the request, with ten headers as of a browser.
	 * @param authority the value of the {@code Host} header
	 * @return the head, the empty line included
	 */
	byte[] head(String authority) {
		StringBuilder head = new StringBuilder(1024);
		head.append(this.method).append(' ').append(this.path).append(" HTTP/1.1\r\n");
		head.append("Host: ").append(authority).append("\r\n");
		BROWSER_HEADERS.forEach((header) -> head.append(header).append("\r\n"));
		if (this.request.length() > 0) {
			head.append("Content-Type: application/octet-stream\r\n");
			head.append("Content-Length: ").append(this.request.length()).append("\r\n");
		}
		return head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
	}

}
