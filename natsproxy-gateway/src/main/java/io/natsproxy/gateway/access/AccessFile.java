package io.natsproxy.gateway.access;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

import org.jspecify.annotations.Nullable;

/**
 * A file to which the access log is appended. One that has been renamed or removed, as
 * programs do that rotate logs, is made anew within a second of the next line. Where it
 * cannot be written, as on a disk that is full, it is opened anew with the next line, and
 * what was waiting in between is lost.
 */
public final class AccessFile implements AccessSink {

	private static final long CHECK_NANOS = 1_000_000_000;

	private final Path path;

	private final Opener opener;

	private @Nullable OutputStream output;

	private @Nullable Writer writer;

	private @Nullable Object key;

	private long checkedAt;

	/**
	 * Whether the last line may have been cut.
	 */
	private boolean failed;

	/**
	 * Creates a sink, which opens the file with the first line.
	 * @param path the file; the directory must be there
	 */
	public AccessFile(Path path) {
		this(path, (file) -> Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
	}

	AccessFile(Path path, Opener opener) {
		this.path = path;
		this.opener = opener;
	}

	@Override
	public void write(CharSequence line) throws IOException {
		try {
			writer().append(line).append('\n');
		}
		catch (IOException ex) {
			drop();
			throw ex;
		}
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
		OutputStream opened = this.opener.open(this.path);
		this.output = opened;
		this.key = Files.readAttributes(this.path, BasicFileAttributes.class).fileKey();
		Writer writer = new BufferedWriter(new OutputStreamWriter(opened, StandardCharsets.US_ASCII));
		if (this.failed) {
			if (endsWithinLine()) {
				writer.append('\n');
			}
			this.failed = false;
		}
		return writer;
	}

	private boolean endsWithinLine() throws IOException {
		try (SeekableByteChannel file = Files.newByteChannel(this.path)) {
			if (file.size() == 0) {
				return false;
			}
			ByteBuffer last = ByteBuffer.allocate(1);
			file.position(file.size() - 1).read(last);
			return last.get(0) != '\n';
		}
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
			try {
				writer.flush();
			}
			catch (IOException ex) {
				drop();
				throw ex;
			}
		}
	}

	/**
	 * Closes the file without what has not been written.
	 */
	private void drop() {
		OutputStream output = this.output;
		this.writer = null;
		this.output = null;
		this.failed = true;
		if (output != null) {
			try {
				output.close();
			}
			catch (IOException ex) {
				// That it cannot be written is told already.
			}
		}
	}

	@Override
	public void close() throws IOException {
		Writer writer = this.writer;
		this.writer = null;
		this.output = null;
		if (writer != null) {
			writer.close();
		}
	}

	/**
	 * Opens a file.
	 */
	@FunctionalInterface
	interface Opener {

		/**
		 * Opens a file so that it is appended to.
		 * @param path the file
		 */
		OutputStream open(Path path) throws IOException;

	}

}
