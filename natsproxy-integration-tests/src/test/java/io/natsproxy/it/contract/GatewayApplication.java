package io.natsproxy.it.contract;

import io.natsproxy.client.autoconfigure.NatsServiceAutoConfiguration;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

/**
 * A gateway as it is by default.
 */
@SpringBootConfiguration
@EnableAutoConfiguration(exclude = NatsServiceAutoConfiguration.class)
class GatewayApplication {

}
