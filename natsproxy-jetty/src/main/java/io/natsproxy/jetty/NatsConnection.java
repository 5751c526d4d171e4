package io.natsproxy.jetty;

import java.util.Set;

import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractMetaDataConnection;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.util.Attributes;
import org.jspecify.annotations.Nullable;

/**
 * Stands for the connection of one exchange, which has none of its own: Jetty asks it for
 * addresses, version and security.
 */
final class NatsConnection extends AbstractMetaDataConnection {

	private final Attributes attributes = new Attributes.Lazy();

	private final String id;

	private final boolean secure;

	/**
	 * Creates a connection.
	 * @param connector the connector
	 * @param configuration the configuration of HTTP
	 * @param endPoint its addresses, and what becomes of it after an upgrade
	 * @param id an id that is unique for the connector
	 * @param secure whether the client came over TLS
	 */
	NatsConnection(Connector connector, HttpConfiguration configuration, EndPoint endPoint, String id, boolean secure) {
		super(connector, configuration, endPoint);
		this.id = id;
		this.secure = secure;
	}

	@Override
	public String getId() {
		return this.id;
	}

	@Override
	public HttpVersion getHttpVersion() {
		return HttpVersion.HTTP_1_1;
	}

	@Override
	public String getProtocol() {
		return HttpVersion.HTTP_1_1.asString();
	}

	@Override
	public boolean isPersistent() {
		return true;
	}

	@Override
	public boolean isSecure() {
		return this.secure;
	}

	@Override
	public void onFillable() {
		// Requests do not come as bytes.
	}

	@Override
	public @Nullable Object removeAttribute(String name) {
		return this.attributes.removeAttribute(name);
	}

	@Override
	public @Nullable Object setAttribute(String name, @Nullable Object attribute) {
		return this.attributes.setAttribute(name, attribute);
	}

	@Override
	public @Nullable Object getAttribute(String name) {
		return this.attributes.getAttribute(name);
	}

	@Override
	public Set<String> getAttributeNameSet() {
		return this.attributes.getAttributeNameSet();
	}

	@Override
	public void clearAttributes() {
		this.attributes.clearAttributes();
	}

}
