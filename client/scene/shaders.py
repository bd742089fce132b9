"""The shaders of a room, GLSL 3.30: one pass, light from the bake, reflections from a cube.

For machines that draw on a processor there is one more, for parts whose light is worked out once
for each vertex (flat.py): two textures and two products for each pixel.
"""

from functools import cache

from panda3d.core import Shader

from client.scene.light import ROOM_DITHER_GLSL, ROOM_LIGHT_GLSL

_VERTEX = """#version 330
uniform mat4 p3d_ModelViewProjectionMatrix, p3d_ModelMatrix;
in vec4 p3d_Vertex; in vec3 p3d_Normal; in vec2 p3d_MultiTexCoord0, light_place;
in vec4 tint, surface, light;
centroid out vec3 position, normal, color, at_vertex; centroid out vec2 uv, place;
flat out vec4 kind;
void main() {
  gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex;
  position = (p3d_ModelMatrix * p3d_Vertex).xyz;
  normal = mat3(p3d_ModelMatrix) * p3d_Normal;
  color = pow(tint.rgb * 1.2, vec3(2.2));
  at_vertex = light.rgb * light.rgb * light.rgb;
  uv = p3d_MultiTexCoord0; place = light_place; kind = surface;
}
"""

_FRAGMENT_HEAD = """#version 330
uniform sampler2DArray tiles; uniform sampler2D signs, lightmap, leaves;
uniform mat4 p3d_ViewMatrixInverse;
uniform float light_scale, capture, light_gain;
centroid in vec3 position, normal, color, at_vertex; centroid in vec2 uv, place;
flat in vec4 kind;
out vec4 pixel;
"""

_FINISH = """
void finish(vec3 light, float alpha) {
  if (capture > 0.) pixel = vec4(sqrt(clamp(light / capture, 0., 1.)), 1.);
  else pixel = vec4(room_dithered(room_display(light)), alpha);
}
"""

# A metal's specular byte is above 0.3: it shows its color in mirrors and hardly any of its own.
_ROOM = """
void main() {
  vec3 n = normalize(normal);
  if (!gl_FrontFacing) n = -n;
  int layer = int(kind.x * 255. + .5);
  vec3 albedo = (layer == 255 ? texture(signs, uv).rgb
                              : texture(tiles, vec3(uv, float(layer))).rgb) * color;
  vec3 root = texture(lightmap, place).rgb;
  vec3 reaching = (at_vertex + root * root * root) * light_scale;
  float rough = kind.y, emission = kind.w * 8.;
  bool is_metal = kind.z > .3;
  vec3 c = albedo * reaching * (is_metal ? .15 : 1.);
  if (rough < .9) {
    vec3 v = normalize(p3d_ViewMatrixInverse[3].xyz - position);
    float facing = clamp(dot(n, v), 0., 1.);
    vec3 f0 = is_metal ? albedo * kind.z * 1.3 : vec3(kind.z);
    vec3 f = f0 + (max(vec3(1. - rough), f0) - f0) * pow(1. - facing, 5.);
    float bright = dot(reaching, vec3(.3, .6, .1)) * room_exposure;
    float open = is_metal ? clamp(bright * 1.5 + .25, 0., 1.) : clamp(bright * 1.6, 0., 1.);
    c = c * (1. - f) + room_reflection(position, reflect(-v, n), rough) * f * open;
  }
  c += albedo * emission / room_exposure / room_white * (layer == 255 ? .95 : 1.4);
  finish(c, 1.);
}
"""

_OUTSIDE = """
void main() {
  int layer = int(kind.x * 255. + .5);
  vec3 albedo = texture(tiles, vec3(uv, float(layer))).rgb * color;
  finish(albedo * at_vertex * light_scale * light_gain / room_white, 1.);
}
"""

_LEAVES = """
void main() {
  vec4 spray = texture(leaves, uv);
  float cover = clamp((spray.a - .45) / max(fwidth(spray.a), 1e-4) + .5, 0., 1.);
  if (cover < .5) discard;
  finish(spray.rgb * color * at_vertex * light_scale * light_gain / room_white, 1.);
}
"""

_GLASS = """
void main() {
  if (capture > 0.) discard;
  vec3 n = normalize(normal), v = normalize(p3d_ViewMatrixInverse[3].xyz - position);
  float facing = abs(dot(n, v));
  vec3 away = reflect(-v, n * sign(dot(n, v) + 1e-6));
  float f = .035 + .8 * pow(1. - facing, 5.);
  finish(room_reflection(position, away, .2), clamp(f, .03, .8));
}
"""

_PANEL = """
uniform sampler2D picture;
void main() {
  vec3 shown = texture(picture, uv).rgb;
  vec3 n = normalize(normal), v = normalize(p3d_ViewMatrixInverse[3].xyz - position);
  float f = .02 + .5 * pow(1. - clamp(dot(n, v), 0., 1.), 5.);
  vec3 mirrored = room_display(room_reflection(position, reflect(-v, n), .25));
  if (capture > 0.) pixel = vec4(sqrt(clamp(pow(shown, vec3(2.2)) / room_exposure / capture,
                                            0., 1.)), 1.);
  else pixel = vec4(shown * (1. - f) + mirrored * f, 1.);
}
"""

_SKY_VERTEX = """#version 330
uniform mat4 p3d_ModelViewProjectionMatrix;
in vec4 p3d_Vertex; in vec2 p3d_MultiTexCoord0;
out vec2 uv;
void main() { uv = p3d_MultiTexCoord0; gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex; }
"""

_SKY_FRAGMENT = (
    """#version 330
uniform sampler2D sky; uniform float sky_gain, capture;
in vec2 uv; out vec4 pixel;
"""
    + ROOM_LIGHT_GLSL
    + ROOM_DITHER_GLSL
    + _FINISH
    + "void main() { finish(textureLod(sky, uv, 0.).rgb * sky_gain / room_white, 1.); }\n"
)


# Everything is in display values here: tone mapping is done once for each vertex and texel.
_TILED_VERTEX = """#version 330
uniform mat4 p3d_ModelViewProjectionMatrix;
in vec4 p3d_Vertex, p3d_Color; in vec2 p3d_MultiTexCoord0; in vec3 tile;
centroid out vec3 color, across; centroid out vec2 place;
void main() {
  gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex;
  color = p3d_Color.rgb * 2.; place = p3d_MultiTexCoord0; across = tile;
}
"""
_TILED_FRAGMENT = """#version 330
uniform sampler2DArray tiles; uniform sampler2D p3d_Texture0;
centroid in vec3 color, across; centroid in vec2 place;
out vec4 pixel;
void main() {
  pixel = vec4(texture(tiles, across).rgb * texture(p3d_Texture0, place).rgb * color, 1.);
}
"""


@cache
def tiled_shader() -> Shader:
    """Returns the shader of parts that are lit per vertex and by the shown lightmap."""
    return Shader.make(Shader.SL_GLSL, _TILED_VERTEX, _TILED_FRAGMENT)


@cache
def room_shaders() -> dict[str, Shader]:
    """Returns the shader of each group of a room's parts, and of `outside` and `sky`."""
    bodies = {
        "room": _ROOM,
        "outside": _OUTSIDE,
        "leaves": _LEAVES,
        "glass": _GLASS,
        "panel": _PANEL,
    }
    head = _FRAGMENT_HEAD + ROOM_LIGHT_GLSL + ROOM_DITHER_GLSL + _FINISH
    shaders = {
        name: Shader.make(Shader.SL_GLSL, _VERTEX, head + body) for name, body in bodies.items()
    }
    shaders["sky"] = Shader.make(Shader.SL_GLSL, _SKY_VERTEX, _SKY_FRAGMENT)
    return shaders
