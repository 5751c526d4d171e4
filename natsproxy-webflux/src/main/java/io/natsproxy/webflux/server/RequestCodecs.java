package io.natsproxy.webflux.server;

import java.util.List;

import org.springframework.http.codec.HttpMessageReader;
import org.springframework.http.codec.HttpMessageWriter;
import org.springframework.http.codec.ServerCodecConfigurer;

/**
 * The codecs of an application, with readers that tell what a client has sent wrong from
 * what has failed otherwise.
 */
final class RequestCodecs implements ServerCodecConfigurer {

	private final ServerCodecConfigurer codecs;

	private final List<HttpMessageReader<?>> readers;

	/**
	 * Creates the codecs.
	 * @param codecs those of the application, which are not changed any more
	 */
	RequestCodecs(ServerCodecConfigurer codecs) {
		this.codecs = codecs;
		this.readers = codecs.getReaders().stream().<HttpMessageReader<?>>map(RequestBodyReader::of).toList();
	}

	@Override
	public ServerDefaultCodecs defaultCodecs() {
		return this.codecs.defaultCodecs();
	}

	@Override
	public CustomCodecs customCodecs() {
		return this.codecs.customCodecs();
	}

	@Override
	public void registerDefaults(boolean registerDefaults) {
		this.codecs.registerDefaults(registerDefaults);
	}

	@Override
	public List<HttpMessageReader<?>> getReaders() {
		return this.readers;
	}

	@Override
	public List<HttpMessageWriter<?>> getWriters() {
		return this.codecs.getWriters();
	}

	@Override
	public ServerCodecConfigurer clone() {
		return new RequestCodecs(this.codecs.clone());
	}

}
