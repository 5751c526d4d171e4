/**
 * Services, agents and exposed applications as others discover them.
 */
package io.natsproxy.it.discovery;
