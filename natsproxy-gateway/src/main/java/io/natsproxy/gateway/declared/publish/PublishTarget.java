package io.natsproxy.gateway.declared.publish;

import java.util.List;
import java.util.Set;

import io.natsproxy.core.subject.SubjectTemplate;
import io.natsproxy.gateway.declared.MessageFields;
import io.natsproxy.gateway.declared.RouteTarget;

import org.springframework.http.HttpMethod;

/**
 * A message is published, and answered with 202 as soon as it has been handed over: it is
 * not known who receives it, and whether.
 *
 * @param subject the subject
 * @param fields the header fields that go out as headers of the message
 * @param replyAllowed whether a client may name, by the parameter {@code reply}, the
 * subject on which it wants an answer; otherwise that parameter is one like any other
 */
public record PublishTarget(SubjectTemplate subject, MessageFields fields,
		boolean replyAllowed) implements RouteTarget {

	/**
	 * The name of the property.
	 */
	public static final String KIND = "publish";

	/**
	 * Returns a target with the default settings.
	 * @param subject the template of the subject
	 * @return the target
	 * @throws IllegalArgumentException if the template is malformed
	 */
	public static PublishTarget subject(String subject) {
		return new PublishTarget(SubjectTemplate.of(subject), MessageFields.DEFAULT, false);
	}

	@Override
	public String kind() {
		return KIND;
	}

	@Override
	public Set<HttpMethod> methods() {
		return Set.of(HttpMethod.POST, HttpMethod.PUT);
	}

	@Override
	public List<SubjectTemplate> templates() {
		return List.of(this.subject);
	}

}
