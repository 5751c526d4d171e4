package io.natsproxy.core.exchange;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * Publishes messages that no client library would let through.
 */
final class RawPublisher {

	private RawPublisher() {
	}

	/**
	 * Publishes one message, and returns when the server has taken it.
	 * @param replySubject may be empty
	 * @param headerBlock the whole block, from {@code NATS/1.0} to the empty line
	 */
	static void publish(String url, String subject, String replySubject, String headerBlock, String payload)
			throws IOException {
		URI uri = URI.create(url);
		try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
			InputStream in = socket.getInputStream();
			OutputStream out = socket.getOutputStream();
			readLine(in);
			int headerSize = headerBlock.length();
			out.write(latin1("CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true}\r\nHPUB " + subject + " "
					+ (replySubject.isEmpty() ? "" : replySubject + " ") + headerSize + " "
					+ (headerSize + payload.length()) + "\r\n" + headerBlock + payload + "\r\nPING\r\n"));
			out.flush();
			String line = readLine(in);
			while (!line.startsWith("PONG")) {
				if (line.startsWith("-ERR")) {
					throw new IOException(line);
				}
				line = readLine(in);
			}
		}
	}

	private static String readLine(InputStream in) throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		for (int octet = in.read(); octet != '\n'; octet = in.read()) {
			if (octet < 0) {
				throw new IOException("The server closed the connection");
			}
			line.write(octet);
		}
		return line.toString(StandardCharsets.ISO_8859_1);
	}

	private static byte[] latin1(String text) {
		return text.getBytes(StandardCharsets.ISO_8859_1);
	}

}
