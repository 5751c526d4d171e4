package io.natsproxy.boot.test.app;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * An application whose tests are slices or whole.
 */
@SpringBootApplication
public class ShopApplication {

}
