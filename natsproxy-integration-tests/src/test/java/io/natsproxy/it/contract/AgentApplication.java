package io.natsproxy.it.contract;

import io.natsproxy.client.autoconfigure.NatsServiceAutoConfiguration;
import io.natsproxy.gateway.autoconfigure.GatewayAutoConfiguration;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

/**
 * An agent as it is by default.
 */
@SpringBootConfiguration
@EnableAutoConfiguration(exclude = { GatewayAutoConfiguration.class, NatsServiceAutoConfiguration.class })
class AgentApplication {

}
