package io.sagitta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class JsonTextTest {
  @Test
  void everyKindOfValue() throws IOException {
    Map<String, Object> map = new TreeMap<>();
    map.put("a", new float[] {1.5f, Float.NaN});
    map.put("b", List.of(true, 7L, Map.of()));
    map.put("c", "quote \" slash \\ line \n bell \u0007");
    map.put("d", Arrays.asList((Object) null));
    StringBuilder out = new StringBuilder();
    JsonText.write(out, map);
    assertThat(out)
        .hasToString(
            "{\"a\":[1.5,\"NaN\"],\"b\":[true,7,{}],"
                + "\"c\":\"quote \\\" slash \\\\ line \\n bell \\u0007\",\"d\":[null]}");
  }
}
