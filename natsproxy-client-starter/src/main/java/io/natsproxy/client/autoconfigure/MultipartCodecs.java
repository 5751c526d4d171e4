package io.natsproxy.client.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

import io.natsproxy.client.autoconfigure.WebFluxSettings.Multipart;

import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.http.codec.multipart.DefaultPartHttpMessageReader;
import org.springframework.http.codec.multipart.PartEventHttpMessageReader;
import org.springframework.util.unit.DataSize;

/**
 * Gives the readers of multipart forms their limits.
 *
 * @param settings the limits
 */
record MultipartCodecs(Multipart settings) {

	/**
	 * Configures a codec, if it is a reader of multipart forms.
	 */
	void configure(Object codec) {
		if (codec instanceof DefaultPartHttpMessageReader reader) {
			configure(reader);
		}
		else if (codec instanceof PartEventHttpMessageReader reader) {
			configure(reader);
		}
	}

	private void configure(DefaultPartHttpMessageReader reader) {
		PropertyMapper map = PropertyMapper.get();
		map.from(this.settings::maxInMemorySize).asInt(DataSize::toBytes).to(reader::setMaxInMemorySize);
		map.from(this.settings::maxHeadersSize).asInt(DataSize::toBytes).to(reader::setMaxHeadersSize);
		map.from(this.settings::maxDiskUsagePerPart).as(DataSize::toBytes).to(reader::setMaxDiskUsagePerPart);
		map.from(this.settings::maxParts).to(reader::setMaxParts);
		map.from(this.settings::headersCharset).to(reader::setHeadersCharset);
		map.from(this.settings::fileStorageDirectory).as(Path::of).to((directory) -> store(reader, directory));
	}

	private static void store(DefaultPartHttpMessageReader reader, Path directory) {
		try {
			reader.setFileStorageDirectory(directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Files of multipart forms cannot be stored in " + directory
					+ " (spring.webflux.multipart.file-storage-directory)", ex);
		}
	}

	private void configure(PartEventHttpMessageReader reader) {
		PropertyMapper map = PropertyMapper.get();
		map.from(this.settings::maxInMemorySize).asInt(DataSize::toBytes).to(reader::setMaxInMemorySize);
		map.from(this.settings::maxHeadersSize).asInt(DataSize::toBytes).to(reader::setMaxHeadersSize);
		map.from(this.settings::maxDiskUsagePerPart).as(DataSize::toBytes).to(reader::setMaxPartSize);
		map.from(this.settings::maxParts).to(reader::setMaxParts);
		map.from(this.settings::headersCharset).to(reader::setHeadersCharset);
	}

}
