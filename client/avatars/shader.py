"""The one shader that draws a person: skin, cloth, hair, eyes and metal in one pass, GLSL 330.

Vertices are moved by up to 12 face shapes, then by up to four bones each. The palette is three
rows of four numbers a bone (`bones[3 * b]` is the x row), which also fits smaller devices.
The light is the room's own (client/scene/light.py): irradiance per fragment, the mirrored room for
gloss, and one key direction per avatar for highlights of hair, eyes and skin.
"""

from panda3d.core import Shader

from client.avatars.materials import BONES, MORPH_NAMES, Material
from client.scene.light import ROOM_DITHER_GLSL, ROOM_LIGHT_GLSL

MORPH_SLOTS = 16
HEAD = "#version 330\n"

SKINNED_GLSL = f"""
uniform vec4 bones[{BONES * 3}];
uniform sampler2D morph_texture;
uniform float morph_weights[{MORPH_SLOTS}];
uniform float morph_count;
uniform mat4 p3d_ModelViewProjectionMatrix, p3d_ModelMatrix;
in vec4 p3d_Vertex;
in vec3 p3d_Normal;
in vec2 pattern;
in uvec4 stuff, tint, joints, weights;
void pose(out vec4 posed, out vec3 normal) {{
  vec3 v = p3d_Vertex.xyz;
  if (float(gl_VertexID) < morph_count)
    for (int i = 0; i < {len(MORPH_NAMES)}; i++)
      if (morph_weights[i] != 0.)
        v += morph_weights[i] * texelFetch(morph_texture, ivec2(gl_VertexID, i), 0).xyz;
  vec4 share = vec4(weights) / 255.;
  vec4 x = vec4(0), y = vec4(0), z = vec4(0);
  for (int i = 0; i < 4; i++) {{
    int b = int(joints[i]) * 3;
    x += share[i] * bones[b]; y += share[i] * bones[b + 1]; z += share[i] * bones[b + 2];
  }}
  vec4 at = vec4(v, 1.);
  posed = vec4(dot(x, at), dot(y, at), dot(z, at), 1.);
  normal = vec3(dot(x.xyz, p3d_Normal), dot(y.xyz, p3d_Normal), dot(z.xyz, p3d_Normal));
}}
"""

VERTEX_GLSL = """
out vec3 place, rest;
centroid out vec3 outward;
centroid out vec4 color;
centroid out vec3 grain;
centroid out vec2 across;
flat out int material;
void main() {
  vec4 posed;
  vec3 n;
  pose(posed, n);
  gl_Position = p3d_ModelViewProjectionMatrix * posed;
  place = (p3d_ModelMatrix * posed).xyz;
  outward = mat3(p3d_ModelMatrix) * n;
  rest = p3d_Vertex.xyz;
  color = vec4(tint) / 255.;
  across = pattern;
  material = int(stuff.x);
  grain = vec3(stuff.yzw) / 255.;
}
"""

NOISE_GLSL = """
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

LIGHT_GLSL = ROOM_LIGHT_GLSL + ROOM_DITHER_GLSL
MATERIALS_GLSL = "".join(f"const int {m.name} = {m.value};\n" for m in Material)

FRAGMENT_GLSL = """
uniform sampler2D face_texture;
uniform mat4 p3d_ViewMatrixInverse;
uniform vec3 lip_color, hair_color;
uniform vec4 face;
uniform vec2 brow_shape;
uniform vec4 gaze;
uniform vec4 key[2];
in vec3 place, rest;
centroid in vec3 outward;
centroid in vec4 color;
centroid in vec3 grain;
centroid in vec2 across;
flat in int material;
out vec4 fragment;

vec3 linear(vec3 c) { return pow(c, vec3(2.2)); }
vec3 bumped(vec3 n, float height) {
  vec3 dx = dFdx(place), dy = dFdy(place);
  vec3 r1 = cross(dy, n), r2 = cross(n, dx);
  float det = dot(dx, r1);
  return normalize(abs(det) * n - sign(det) * (dFdx(height) * r1 + dFdy(height) * r2));
}
float ggx(float nh, float a) {
  float d = nh * nh * (a * a - 1.) + 1.;
  return a * a / (3.14159 * d * d);
}
float bell(vec2 at, vec2 center, vec2 size) {
  vec2 d = (at - center) / size;
  return exp(-dot(d, d));
}

const float SOFT_SHARE = .88;  // the key light, taken from the same light, gives the rest

struct Surface { vec3 albedo, normal; float light, roughness, mirror, gloss, soft; };

void skin(inout Surface s, float footprint) {
  float fine = smoothstep(.0022, .0005, footprint);
  float mottle = noise(rest * 55.) * .6 + noise(rest * 160.) * .4;
  float near = smoothstep(.004, .0015, footprint);
  vec3 blotch = mix(vec3(.93, .88, .87), vec3(1.05, 1.06, 1.06), mottle);
  s.albedo *= mix(vec3(1.), blotch, .3 + .5 * near);
  float height = -(noise(rest * 1400.) * .5 + noise(rest * 700.)) * .00007 * fine;
  float inside = step(0., across.x) * step(across.x, 1.) * step(0., across.y) * step(across.y, 1.);
  float held = grain.x * inside;
  vec4 mask = texture(face_texture, across) * held;
  vec2 brow_at = vec2(across.x, .607 + (across.y - .607 - brow_shape.x) / brow_shape.y);
  mask.r = texture(face_texture, brow_at).r * held;
  vec2 at = (across - vec2(.5, .54)) * vec2(.17, .25);
  vec2 side = vec2(abs(at.x), at.y);
  float flush = bell(side, vec2(.045, -.040), vec2(.026, .024))
              + .7 * bell(at, vec2(0., -.032), vec2(.016, .014));
  float tone = dot(s.albedo, vec3(.33));
  float pale = smoothstep(.05, .35, tone);
  s.albedo = mix(s.albedo, s.albedo * vec3(1.06, .82, .80), held * flush * mix(.25, .6, pale));
  float socket = bell(side, vec2(.029, -.002), vec2(.020, .013)) * held;
  s.albedo *= mix(vec3(1.), vec3(.88, .80, .80), socket * .7);
  float line = mask.a * face.y;
  s.albedo *= mix(vec3(1.), vec3(.80, .70, .66), line * .5);
  height -= line * .0006;
  float spots = smoothstep(.82, .9, noise(rest * 95. + 7.)) * face.y * .22;
  s.albedo *= mix(vec3(1.), vec3(.76, .63, .54), spots);
  s.roughness = mix(.50, .38, mask.g);
  s.albedo = mix(s.albedo, linear(lip_color), mask.g * .68);
  height += mask.g * (noise(vec3(rest.x * 900., rest.yz * 160.)) - .5) * .00016 * fine;
  float stubble = mask.b * face.x;
  float dots = mix(.62, smoothstep(.30, .75, noise(rest * vec3(1500., 1500., 700.))), fine);
  s.albedo = mix(s.albedo, linear(hair_color * .85), stubble * mix(dots, 1., .25 * face.x) * .78);
  s.roughness = mix(s.roughness, .75, stubble * .6);
  float brow = clamp(mask.r * 1.35, 0., 1.) * face.z;
  s.albedo = mix(s.albedo, linear(hair_color * .75 + .04), brow * .85);
  s.roughness = mix(s.roughness, .7, brow);
  s.gloss = 1. - .7 * brow;
  s.normal = bumped(s.normal, height);
  s.soft = 1.;
  if (material == WET) {
    s.soft = .4; s.roughness = .4; s.albedo *= .6; s.light *= .35; s.gloss = .3;
  }
}

void cloth(inout Surface s, float footprint) {
  float crease = grain.y;
  vec3 slow = rest * vec3(13., 13., 5.);
  float folds = noise(slow + 3.) * .6 + noise(slow * 2.3 + 11.) * .3;
  float ridges = noise(rest * vec3(20., 20., 34.) + folds * 3.);
  float fine = smoothstep(.0011, .0003, footprint);
  float weave = sin(rest.x * 2600. + rest.y * 2600.) * sin(rest.z * 2600.);
  float height = (folds - .45) * .015 + (ridges - .5) * .0075 * crease + weave * .00006 * fine;
  s.normal = bumped(s.normal, height);
  s.albedo *= .94 + .12 * noise(rest * 420.) * fine + .06 * (1. - fine);
  s.light *= mix(.93, 1.02, smoothstep(.15, .7, folds));
  s.light *= 1. - .14 * crease * smoothstep(.6, .2, ridges);
  float edge = grain.x * .051;
  float stitch = smoothstep(.0096, .0106, edge) * smoothstep(.0132, .0122, edge);
  s.albedo *= 1. - .16 * stitch;
  s.roughness = .85;
  s.mirror = .03;
  if (!gl_FrontFacing) s.light *= .45;
}

void eye(inout Surface s) {
  vec2 at = across - gaze.xy;
  float r = length(at), turn = atan(at.y, at.x);
  float iris = smoothstep(.47, .42, r), pupil = smoothstep(.20, .165, r);
  vec3 white = linear(vec3(.80, .77, .745));
  white *= mix(vec3(1.), vec3(1., .72, .66), smoothstep(.5, 1.05, abs(across.x)) * .6);
  vec3 ring = s.albedo * (1.1 + 1.5 * noise(vec3(turn * 7., r * 9., 2.)));
  ring *= (.55 + .9 * smoothstep(.16, .42, r)) * smoothstep(.49, .40, r);
  s.albedo = mix(mix(white, ring, iris), vec3(.004), pupil);
  s.light = mix(.45, 1., smoothstep(.72, -.05, across.y)) * smoothstep(1.25, .55, abs(across.x));
  s.roughness = .10;
  s.gloss = 1.6;
}

vec3 shaded(Surface s, vec3 eye_way) {
  vec3 n = s.normal;
  float nv = max(dot(n, eye_way), .03);
  vec3 tint = mix(vec3(1.), vec3(.78, 1.04, 1.10), s.soft);
  vec3 reach = pow(vec3(clamp(s.light, .02, 1.)), tint);
  vec3 diffuse = room_irradiance(place + n * .05, n) * SOFT_SHARE;
  vec3 l = key[0].xyz, key_light = key[1].rgb;
  float nl = dot(n, l);
  vec3 wrap = s.soft * vec3(.24, .13, .10);
  vec3 direct = clamp((nl + wrap) / (1. + wrap), 0., 1.) * key_light;
  vec3 result = s.albedo * (diffuse + direct) * reach;
  vec3 h = normalize(l + eye_way);
  float nh = max(dot(n, h), 0.), a = s.roughness * s.roughness;
  float fresnel = s.mirror + (1. - s.mirror) * pow(1. - max(dot(h, eye_way), 0.), 5.);
  float spot = ggx(nh, a) * fresnel * .25 / max(.12, mix(nv, 1., .4)) * max(nl, 0.);
  if (material == SKIN) spot = .65 * spot + .35 * ggx(nh, a * .45) * fresnel * .25 * max(nl, 0.);
  result += spot * s.gloss * s.light * (key_light * 2.2 + diffuse * .5);
  float rim = s.mirror + (1. - s.mirror) * pow(1. - nv, 5.) * (1. - s.roughness) * .55;
  vec3 mirrored = room_reflection(place, reflect(-eye_way, n), s.roughness);
  mirrored = max(mirrored, diffuse * .35);
  return result + mirrored * rim * s.light * s.gloss * (1. - s.roughness * .6);
}

vec3 hair(Surface s, vec3 eye_way) {
  float strand = noise(vec3(across.x * 95., across.y * 16., 1.)) * .6
               + noise(vec3(across.x * 260., across.y * 22., 5.)) * .4;
  float layer = grain.z, edge = grain.x;
  float facing = abs(dot(s.normal, eye_way));
  if (edge < .98 && strand * .8 > edge * 1.6 + .05) discard;
  if (layer > .01 && strand < .24 + .32 * layer + .22 * smoothstep(.45, .05, facing)) discard;
  s.albedo *= .55 + .75 * strand;
  vec3 flow = normalize(vec3(rest.x * .6, -1., -.35));
  vec3 along = normalize(flow - s.normal * dot(flow, s.normal));
  vec3 n = normalize(s.normal + along * (strand - .5) * .55);
  float light = s.light * (.55 + .45 * edge) * mix(.72, 1., layer * .6 + .4 * strand);
  vec3 diffuse = room_irradiance(place + n * .05, n) * SOFT_SHARE;
  vec3 l = key[0].xyz, h = normalize(l + eye_way);
  float th = dot(along, h) + (strand - .5) * .35;
  float shine = pow(max(0., 1. - th * th), 46.) * max(dot(n, l) * .75 + .25, 0.);
  vec3 key_light = key[1].rgb;
  vec3 result = s.albedo * (diffuse + key_light * max(dot(n, l) * .75 + .25, 0.)) * light;
  result += (vec3(.03) + s.albedo * .5) * shine * (key_light * 1.1 + diffuse * .22) * light;
  return result + s.albedo * diffuse * .15 * pow(1. - max(dot(n, eye_way), 0.), 3.);
}

void main() {
  vec3 eye_way = normalize(p3d_ViewMatrixInverse[3].xyz - place);
  vec3 n = normalize(outward);
  if (!gl_FrontFacing) n = -n;
  if (dot(n, eye_way) < 0. && material != CLOTH)
    n = normalize(n - eye_way * dot(n, eye_way) * 1.02);
  float footprint = length(fwidth(rest));
  Surface s = Surface(linear(color.rgb), n, color.a, .55, .04, 1., 0.);
  vec3 light;
  if (material == HAIR) {
    light = hair(s, eye_way);
  } else {
    if (material == SKIN || material == WET) skin(s, footprint);
    else if (material == CLOTH) cloth(s, footprint);
    else if (material == EYE) eye(s);
    else if (material == TEETH) { s.roughness = .25; s.light *= mix(.10, .9, gaze.z); }
    else if (material == LEATHER) { s.roughness = .55; }
    else if (material == LASH) {
      if (noise(vec3(across * vec2(70., 5.), 1.)) > .52) discard;
      s.roughness = .9; s.gloss = .1;
    } else { s.roughness = .28; s.mirror = .55; }
    light = shaded(s, eye_way);
  }
  fragment = vec4(room_dithered(room_display(light)), 1.);
}
"""


def person_shader() -> Shader:
    """Returns the compiled-on-first-use shader; all people share one."""
    fragment = HEAD + LIGHT_GLSL + MATERIALS_GLSL + NOISE_GLSL + FRAGMENT_GLSL
    return Shader.make(Shader.SL_GLSL, HEAD + SKINNED_GLSL + VERTEX_GLSL, fragment)
