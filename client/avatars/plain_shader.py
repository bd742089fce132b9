"""The shader that draws a person on machines without a graphics card, GLSL 3.30.

Bones, face shapes and folds of cloth move vertices as ever. Light is that of the room at the head,
from six sides, and taken at each vertex; a fragment only paints the face, the eyes and the strands.
"""

from panda3d.core import Shader

from client.avatars.shader import HEAD, MATERIALS_GLSL, NOISE_GLSL, SKINNED_GLSL
from client.scene.light import ROOM_LIGHT_GLSL

PLAIN_VERTEX_GLSL = """
uniform vec4 key[2], around[6];
centroid out vec3 albedo, light;
centroid out vec2 across;
centroid out float held;
flat out int material;
vec3 folded(vec3 n, vec3 at, float crease) {
  vec3 wave = sin(at.yzx * vec3(23., 31., 27.) + 2.2 * sin(at.zxy * vec3(19., 13., 17.)));
  return normalize(n + wave * (.10 + .12 * crease));
}
void main() {
  vec4 posed;
  vec3 n;
  pose(posed, n);
  material = int(stuff.x);
  across = pattern;
  held = float(stuff.y) / 255.;
  gl_Position = p3d_ModelViewProjectionMatrix * posed;
  // Outer shells of hair and lashes are strands only, which nothing here cuts out.
  if (stuff.w > 2u || material == LASH) gl_Position = vec4(0., 0., -2., 1.);
  n = normalize(mat3(p3d_ModelMatrix) * n);
  if (material == CLOTH) n = folded(n, p3d_Vertex.xyz, float(stuff.z) / 255.);
  vec3 shown = vec3(tint.rgb) / 255.;
  albedo = shown * shown * (.8 + .2 * shown);
  bool is_skin = material == SKIN || material == WET;
  float reach = clamp(float(tint.a) / 255., .02, 1.);
  if (material == WET) { reach *= .35; albedo *= .6; }
  if (material == EYE) reach = .95;
  vec3 wrap = is_skin ? vec3(.24, .13, .10) : vec3(0.);
  vec3 direct = clamp((dot(n, key[0].xyz) + wrap) / (1. + wrap), 0., 1.) * key[1].rgb;
  vec3 part = n * n;
  vec3 ambient = part.x * around[n.x < 0. ? 1 : 0].rgb + part.y * around[n.y < 0. ? 3 : 2].rgb
               + part.z * around[n.z < 0. ? 5 : 4].rgb;
  light = (ambient * .9 + direct) * reach;
}
"""

PLAIN_FRAGMENT_GLSL = """
uniform sampler2D face_texture;
uniform vec3 lip_color, hair_color;
uniform vec4 face;
uniform vec2 brow_shape;
uniform vec4 gaze;
centroid in vec3 albedo, light;
centroid in vec2 across;
centroid in float held;
flat in int material;
out vec4 fragment;
vec3 linear(vec3 c) { return c * c * (.8 + .2 * c); }
void main() {
  vec3 c = albedo;
  float shade = 1.;
  if (material == SKIN && held > .01) {
    vec4 mask = texture(face_texture, across) * held;
    vec2 brow_at = vec2(across.x, .607 + (across.y - .607 - brow_shape.x) / brow_shape.y);
    float brow = clamp(texture(face_texture, brow_at).r * held * 1.35, 0., 1.) * face.z;
    c *= mix(vec3(1.), vec3(.88, .83, .80), mask.a * face.y);
    c = mix(c, linear(lip_color), mask.g * .68);
    c = mix(c, linear(hair_color * .85), mask.b * face.x * .5);
    c = mix(c, linear(hair_color * .75 + .04), brow * .85);
  } else if (material == EYE) {
    vec2 at = across - gaze.xy;
    float r = length(at), iris = smoothstep(.50, .40, r);
    vec3 ring = c * 1.8 * (.55 + .9 * smoothstep(.16, .42, r));
    c = mix(mix(vec3(.55, .52, .49), ring, iris), vec3(.004), smoothstep(.21, .16, r));
    shade = mix(.45, 1., smoothstep(.72, -.05, across.y)) * smoothstep(1.25, .55, abs(across.x));
  } else if (material == HAIR) {
    float strand = noise(vec3(across.x * 95., across.y * 16., 1.));
    c *= .62 + .62 * strand;
    shade = .6 + .4 * held;
  } else if (material == TEETH) {
    shade = mix(.10, .9, gaze.z);
  } else if (material == CLOTH && !gl_FrontFacing) {
    shade = .45;
  }
  fragment = vec4(room_display(c * light * shade), 1.);
}
"""


def plain_person_shader() -> Shader:
    """Returns the compiled-on-first-use shader; all people share one."""
    head = HEAD + "#define PLAIN\n" + ROOM_LIGHT_GLSL + MATERIALS_GLSL + NOISE_GLSL
    vertex = head + SKINNED_GLSL + PLAIN_VERTEX_GLSL
    return Shader.make(Shader.SL_GLSL, vertex, head + PLAIN_FRAGMENT_GLSL)
