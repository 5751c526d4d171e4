package io.natsproxy.gateway.access;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

import org.jspecify.annotations.Nullable;

/**
 * A file to which the access log is appended. One that has been renamed or removed, as
 * programs do that rotate logs, is made anew within a second of the next line.
 */
public final class AccessFile implements AccessSink {

	private static final long CHECK_NANOS = 1_000_000_000;

	private final Path path;

	private @Nullable Writer writer;

	private @Nullable Object key;

	private long checkedAt;

	/**
	 * Creates a sink, which opens the file with the first line.
	 * @param path the file; the directory must be there
	 */
	public AccessFile(Path path) {
		this.path = path;
	}

	@Override
	public void write(CharSequence line) throws IOException {
		writer().append(line).append('\n');
	}

	private Writer writer() throws IOException {
		Writer writer = this.writer;
		long now = System.nanoTime();
		if (writer != null && now - this.checkedAt >= CHECK_NANOS) {
			this.checkedAt = now;
			if (!isSame()) {
				close();
				writer = null;
			}
		}
		if (writer == null) {
			writer = open();
			this.writer = writer;
			this.checkedAt = now;
		}
		return writer;
	}

	private Writer open() throws IOException {
		BufferedWriter opened = Files.newBufferedWriter(this.path, StandardCharsets.US_ASCII, StandardOpenOption.CREATE,
				StandardOpenOption.APPEND);
		this.key = Files.readAttributes(this.path, BasicFileAttributes.class).fileKey();
		return opened;
	}

	private boolean isSame() throws IOException {
		try {
			Object key = Files.readAttributes(this.path, BasicFileAttributes.class).fileKey();
			return key == null || key.equals(this.key);
		}
		catch (NoSuchFileException ex) {
			return false;
		}
	}

	@Override
	public void flush() throws IOException {
		Writer writer = this.writer;
		if (writer != null) {
			writer.flush();
		}
	}

	@Override
	public void close() throws IOException {
		Writer writer = this.writer;
		this.writer = null;
		if (writer != null) {
			writer.close();
		}
	}

}
