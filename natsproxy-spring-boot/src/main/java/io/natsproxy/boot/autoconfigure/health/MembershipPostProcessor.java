package io.natsproxy.boot.autoconfigure.health;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.AdditionalPathsMapper;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Adds a member to the readiness or liveness group as Boot sets it up. A group whose
 * members the application names itself stays as it is. Comes after the post-processor of
 * the probes, which has the same order and is registered before.
 */
@Order(Ordered.LOWEST_PRECEDENCE)
class MembershipPostProcessor implements HealthEndpointGroupsPostProcessor {

	private final String group;

	private final String member;

	private final boolean membersNamed;

	/**
	 * Creates a post-processor.
	 * @param group the name of the group
	 * @param member the name of what becomes its member
	 * @param environment tells whether the application names the members
	 */
	MembershipPostProcessor(String group, String member, Environment environment) {
		String include = "management.endpoint.health.group." + group + ".include";
		this.group = group;
		this.member = member;
		this.membersNamed = environment.containsProperty(include) || environment.containsProperty(include + "[0]");
	}

	@Override
	public HealthEndpointGroups postProcessHealthEndpointGroups(HealthEndpointGroups groups) {
		HealthEndpointGroup group = groups.get(this.group);
		return (this.membersNamed || group == null) ? groups
				: new Groups(groups, this.group, new MembershipGroup(group, this.member));
	}

	/**
	 * All groups, with another one in place of one of them.
	 */
	private record Groups(HealthEndpointGroups groups, String name,
			HealthEndpointGroup group) implements HealthEndpointGroups, AdditionalPathsMapper {

		@Override
		public HealthEndpointGroup getPrimary() {
			return this.groups.getPrimary();
		}

		@Override
		public Set<String> getNames() {
			return this.groups.getNames();
		}

		@Override
		public @Nullable HealthEndpointGroup get(String name) {
			return this.name.equals(name) ? this.group : this.groups.get(name);
		}

		@Override
		public @Nullable List<String> getAdditionalPaths(EndpointId endpointId, WebServerNamespace namespace) {
			return (this.groups instanceof AdditionalPathsMapper mapper)
					? mapper.getAdditionalPaths(endpointId, namespace) : null;
		}

	}

}
