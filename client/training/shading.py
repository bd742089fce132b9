"""The shaders of the field under the scope, GLSL 3.30: one pass for rubber, steel, tissue, thread.

Three lights: the scope's own, from beside the lens and weaker with the square of the distance; the
lamp of the trainer overhead, which casts the shadows that tell depth; and what walls and drape
send back, taken from `client.scene.light` with its tone curve, as rooms and people are.

Tissue is lit beyond the edge of the light, redder the further, and is wet: a smooth film over a
rough body. Patterns are fixed to `rest`, where a point was when it was first shown, so that they
move with the tissue.
"""

from functools import cache

from panda3d.core import Shader

from client.scene.light import ROOM_DITHER_GLSL, ROOM_LIGHT_GLSL
from client.training.materials import Kind

_KINDS = "".join(f"const int {kind.name} = {kind.value};\n" for kind in Kind)

_VERTEX = """
uniform mat4 p3d_ModelViewProjectionMatrix, p3d_ModelMatrix;
in vec4 p3d_Vertex, p3d_Color; in vec3 p3d_Normal, rest; in uvec4 stuff;
centroid out vec3 place, outward, grain;
centroid out vec4 tint;
flat out ivec2 made_of;
void main() {
  gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex;
  place = (p3d_ModelMatrix * p3d_Vertex).xyz;
  outward = mat3(p3d_ModelMatrix) * p3d_Normal;
  grain = rest; tint = p3d_Color;
  made_of = ivec2(stuff.xy);
}
"""

_INPUTS = """
uniform mat4 p3d_ViewMatrixInverse;
uniform mat4 lamp_from_field;
uniform sampler2DShadow lamp_depth;
uniform vec3 lamp_way, lamp_light, scope_place, scope_way, scope_light;
uniform float lamp_texel;
centroid in vec3 place, outward, grain;
centroid in vec4 tint;
flat in ivec2 made_of;
out vec4 pixel;
"""

_NOISE = """
float hash(vec3 p) {
  p = fract(p * .3183099 + vec3(.71, .113, .419));
  p *= 17.;
  return fract(p.x * p.y * p.z * (p.x + p.y + p.z));
}
float noise(vec3 x) {
  vec3 i = floor(x), f = fract(x);
  f = f * f * (3. - 2. * f);
  return mix(mix(mix(hash(i), hash(i + vec3(1, 0, 0)), f.x),
                 mix(hash(i + vec3(0, 1, 0)), hash(i + vec3(1, 1, 0)), f.x), f.y),
             mix(mix(hash(i + vec3(0, 0, 1)), hash(i + vec3(1, 0, 1)), f.x),
                 mix(hash(i + vec3(0, 1, 1)), hash(i + vec3(1, 1, 1)), f.x), f.y), f.z);
}
"""

_LIGHTS = """
float lamp_reach(vec3 at, vec3 n) {
  vec3 s = (lamp_from_field * vec4(at + n * .0005, 1.)).xyz;
  if (any(lessThan(s, vec3(.01))) || any(greaterThan(s, vec3(.99)))) return 1.;
#ifdef PLAIN
  return texture(lamp_depth, s);
#else
  float turn = 6.2831853 * fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(.0671, .00584))));
  float sum = 0.;
  for (int i = 0; i < 12; i++) {
    float r = sqrt((float(i) + .5) / 12.) * 4.2, a = turn + 2.399963 * float(i);
    sum += texture(lamp_depth, s + vec3(r * cos(a), r * sin(a), 0.) * lamp_texel);
  }
  return sum / 12.;
#endif
}
vec3 scope_reach(out vec3 way) {
  vec3 far = scope_place - place;
  float d = length(far);
  way = far / d;
  float edge = smoothstep(.62, .90, dot(-way, scope_way));
  return scope_light * edge * min(.0110 / (d * d), 4.);
}
float ggx(float nh, float a) {
  float d = nh * nh * (a * a - 1.) + 1.;
  return a * a / (3.14159 * d * d);
}
float fresnel(float f0, float c) {
  float away = 1. - clamp(c, 0., 1.), squared = away * away;
  return f0 + (1. - f0) * squared * squared * away;
}
vec3 linear(vec3 shown) {
#ifdef PLAIN
  return shown * shown * (.6 + .4 * shown);
#else
  return pow(shown, vec3(2.2));
#endif
}
vec3 from_around(vec3 n) {
#ifdef PLAIN
  return vec3(mix(.07, .39, .5 + .5 * n.z));
#else
  return room_irradiance(place, n);
#endif
}
"""

_SURFACE = """
struct Surface { vec3 albedo, normal, soft; float rough, f0, film; };
vec3 bumped(vec3 n, float height) {
  vec3 dx = dFdx(place), dy = dFdy(place);
  vec3 r1 = cross(dy, n), r2 = cross(n, dx);
  float det = dot(dx, r1);
  return normalize(abs(det) * n - sign(det) * (dFdx(height) * r1 + dFdy(height) * r2));
}
void tissue(inout Surface s, float far) {
  float slow = noise(grain * 90. + 3.), mottle = noise(grain * 340. + 7.);
  float fine = smoothstep(.0006, .00015, far);
  vec3 warp = grain * 130. + 2.2 * vec3(slow, mottle, noise(grain * 150. + 19.));
  float vessel = 1. - smoothstep(.0, .055, abs(noise(warp) - .5));
  float side = 1. - smoothstep(.0, .05, abs(noise(warp * 2.7 + 5.) - .5));
  s.albedo *= mix(vec3(.74, .66, .64), vec3(1.16, 1.20, 1.20), .55 * slow + .45 * mottle);
  s.albedo *= mix(vec3(1.), vec3(.80, .42, .44), .55 * vessel + .25 * side * fine);
  float dimples = noise(grain * 1500.) * .6 + noise(grain * 3200.) * .4;
  s.normal = bumped(s.normal, (slow * .0006 + mottle * .00022 + dimples * .000045 * fine));
  s.soft = vec3(.46, .17, .13);
  s.film = .75 + .25 * smoothstep(.35, .7, mottle);
}
void silicone(inout Surface s) {
  float mottle = noise(grain * 260.) * .6 + noise(grain * 900.) * .4;
  s.albedo *= mix(vec3(.93, .89, .87), vec3(1.05, 1.06, 1.06), mottle);
  s.normal = bumped(s.normal, mottle * .00009);
  s.soft = vec3(.34, .18, .14);
  s.film = .18;
}
void flesh(inout Surface s, float far) {
  float fine = smoothstep(.0006, .00015, far);
  float strands = noise(grain * vec3(900., 900., 260.)) * .6 + noise(grain * 420.) * .4;
  s.albedo *= mix(.55, 1.25, strands);
  float fat = smoothstep(.68, .80, noise(grain * 520. + 9.));
  s.albedo = mix(s.albedo, vec3(.62, .44, .16), .35 * fat);
  s.normal = bumped(s.normal, strands * .00032 + noise(grain * 2400.) * .00005 * fine);
  s.soft = vec3(.40, .08, .06);
  s.film = 1.;
}
void cloth(inout Surface s, float far) {
  float near = smoothstep(.0011, .0003, far);
  vec2 at = grain.xy / .00105;
  vec2 wave = abs(fract(at) - .5) * 2.;
  float over = step(.5, fract(.5 * (floor(at.x) + floor(at.y))));
  float yarn = max(smoothstep(.34, .62, wave.x), smoothstep(.34, .62, wave.y));
  float high = mix(wave.x, wave.y, over);
  s.albedo *= mix(.86, mix(.42, .80 + .26 * high, yarn), near) * (.94 + .12 * noise(grain * 700.));
  s.normal = bumped(s.normal, high * yarn * .00013 * near);
  s.soft = vec3(.5);
  s.film = 0.;
}
void drape(inout Surface s, float far) {
  float near = smoothstep(.0012, .0003, far);
  vec2 at = grain.xy / .0016;
  float weave = sin(6.2832 * at.x) * sin(6.2832 * at.y) * near;
  float folds = noise(vec3(grain.xy * 26., 1.)) * .65 + noise(vec3(grain.xy * 61., 5.)) * .35;
  s.albedo *= 1. + .16 * weave;
  s.albedo *= .86 + .28 * folds;
  s.normal = bumped(s.normal, folds * .0038 + weave * .00004);
  s.film = 0.;
}
Surface surface(float far) {
  vec3 n = normalize(outward);
  if (!gl_FrontFacing) n = -n;
  Surface s = Surface(linear(tint.rgb), n, vec3(0.), float(made_of.y) / 255., .04, 0.);
  int kind = made_of.x;
  if (kind == STEEL) s.f0 = 1.;
#ifdef PLAIN
  if (kind == TISSUE || kind == CUT || kind == SILICONE) {
    s.soft = vec3(.46, .17, .13); s.film = kind == SILICONE ? .2 : .7;
  }
  if (kind == TISSUE) s.albedo *= .72 + .5 * noise(grain * 220.);
#else
  if (kind == TISSUE) tissue(s, far);
  else if (kind == SILICONE) silicone(s);
  else if (kind == CUT) flesh(s, far);
  else if (kind == CLOTH) cloth(s, far);
  else if (kind == DRAPE) drape(s, far);
  else if (kind == THREAD) s.normal = bumped(n, noise(grain * vec3(900., 900., 5200.)) * .00003);
  else if (kind == STEEL) s.rough *= .86 + .28 * noise(grain * vec3(2600., 160., 2600.));
  else s.albedo *= .965 + .07 * noise(grain * 1300.);
#endif
  return s;
}
vec3 lit(Surface s, vec3 eye_way, vec3 way, vec3 light) {
  float nl = dot(s.normal, way);
  vec3 wrap = clamp((nl + s.soft) / ((1. + s.soft) * (1. + s.soft)), 0., 1.);
  vec3 h = normalize(way + eye_way);
  float nh = max(dot(s.normal, h), 0.), nv = max(dot(s.normal, eye_way), .08);
  float f = fresnel(s.f0, dot(h, eye_way)), a = max(s.rough * s.rough, .02);
  float spot = ggx(nh, a) * .25 / max(mix(nv, 1., .35), .15);
  // Ground steel sends some light back everywhere: many small scratches, no mirror.
  vec3 shine = s.f0 > .5 ? s.albedo * (spot + .06) : vec3(f * spot);
  float film = s.film * .04 * ggx(nh, .012) * .25;
  vec3 matt = s.f0 > .5 ? vec3(0.) : s.albedo * wrap;
  return light * (matt + (shine + film) * max(nl, 0.));
}
"""

_MAIN = """
void main() {
#ifdef PLAIN
  float far = 0.;
#else
  float far = length(fwidth(place));
#endif
  Surface s = surface(far);
  vec3 eye_way = normalize(p3d_ViewMatrixInverse[3].xyz - place);
  vec3 n = s.normal;
  if (dot(n, eye_way) < 0.) n = s.normal = normalize(n - 1.02 * eye_way * dot(n, eye_way));
  float reach = lamp_reach(place, normalize(outward) * (gl_FrontFacing ? 1. : -1.));
  vec3 way, light = scope_reach(way);
  vec3 around = from_around(n) * (.55 + .45 * reach) * tint.a;
  vec3 c = lit(s, eye_way, way, light) + lit(s, eye_way, lamp_way, lamp_light * reach);
  float nv = max(dot(n, eye_way), 0.);
  bool is_metal = s.f0 > .5;
  if (!is_metal) c += s.albedo * around;
#ifdef PLAIN
  if (is_metal) {
    float up = clamp(n.z, 0., 1.);
    c += s.albedo * around * (.5 + .8 * up * up * up);
  }
#else
  vec3 mirrored = room_reflection(place, reflect(-eye_way, n), s.film > .1 ? .3 : s.rough);
  float share = is_metal ? 1. : fresnel(.04, nv) * (1. - s.rough) * (.30 + .25 * s.film);
  c += mirrored * (is_metal ? s.albedo : vec3(1.)) * share * (.35 + .65 * reach);
#endif
  pixel = vec4(room_dithered(room_display(c)), 1.);
}
"""

_GHOST_FRAGMENT = """
uniform mat4 p3d_ViewMatrixInverse;
centroid in vec3 place, outward;
out vec4 pixel;
void main() {
  vec3 eye_way = normalize(p3d_ViewMatrixInverse[3].xyz - place);
  float rim = 1. - abs(dot(normalize(outward), eye_way));
  pixel = vec4(mix(vec3(.30, .74, .66), vec3(.78, 1., .95), rim * rim), .22 + .50 * rim * rim);
}
"""

_DEPTH_VERTEX = """#version 330
uniform mat4 p3d_ModelViewProjectionMatrix;
in vec4 p3d_Vertex;
void main() { gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex; }
"""
_DEPTH_FRAGMENT = """#version 330
out vec4 pixel;
void main() { pixel = vec4(1.); }
"""


@cache
def field_shader(*, is_plain: bool) -> Shader:
    """Returns the shader of all that lies in the field; the plain one is for processors."""
    head = "#version 330\n" + ("#define PLAIN\n" if is_plain else "") + _KINDS
    fragment = head + _INPUTS + ROOM_LIGHT_GLSL + ROOM_DITHER_GLSL
    fragment += _NOISE + _LIGHTS + _SURFACE + _MAIN
    return Shader.make(Shader.SL_GLSL, head + _VERTEX, fragment)


@cache
def ghost_shader() -> Shader:
    """Returns the shader of what is not there: seen through, and brighter at its outline."""
    head = "#version 330\n"
    return Shader.make(Shader.SL_GLSL, head + _VERTEX, head + _GHOST_FRAGMENT)


@cache
def depth_shader() -> Shader:
    """Returns the shader that draws how far things are from the lamp, and nothing else."""
    return Shader.make(Shader.SL_GLSL, _DEPTH_VERTEX, _DEPTH_FRAGMENT)
