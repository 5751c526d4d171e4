package io.natsproxy.gateway.openapi;

import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.gateway.route.RouteTable;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * The documents of all services that the gateway knows, as they come and go. What has
 * been made may be read by any thread.
 */
public final class OpenApiDocuments implements SmartLifecycle {

	private final NatsExchanges exchanges;

	private final RouteTable routes;

	private final OpenApiOptions options;

	private volatile OpenApiView view;

	/**
	 * Makes the documents from a start to a stop; a new one from each start.
	 */
	private volatile @Nullable DocumentReader reader;

	/**
	 * Creates the documents; there are none yet.
	 * @param exchanges has the connection; not closed by this object
	 * @param routes tells which services there are
	 * @param options settings
	 */
	public OpenApiDocuments(NatsExchanges exchanges, RouteTable routes, OpenApiOptions options) {
		this.exchanges = exchanges;
		this.routes = routes;
		this.options = options;
		this.view = new OpenApiViewBuilder(0).build(options.title());
	}

	/**
	 * Returns the documents as they are now.
	 */
	OpenApiView view() {
		return this.view;
	}

	@Override
	public void start() {
		DocumentReader reader = new DocumentReader(this.exchanges, this.options, this::show);
		this.reader = reader;
		reader.start(this.routes);
	}

	private void show(DocumentReader from, OpenApiView view) {
		if (this.reader == from) {
			this.view = view;
		}
	}

	@Override
	public void stop() {
		DocumentReader reader = this.reader;
		this.reader = null;
		if (reader != null) {
			reader.close();
		}
	}

	@Override
	public boolean isRunning() {
		return this.reader != null;
	}

	@Override
	public int getPhase() {
		return RouteTable.PHASE + 1;
	}

}
