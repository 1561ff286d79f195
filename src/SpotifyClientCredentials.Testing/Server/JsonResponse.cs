using System.Buffers;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SpotifyClientCredentials.Testing.Server;

/// <summary>Creates responses whose body is a JSON object.</summary>
internal static class JsonResponse
{
    // Spotify doesn't escape "+", "&" and non-ASCII letters.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static FakeResponse Create(HttpStatusCode statusCode, JsonObject body)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, Options))
        {
            body.WriteTo(json);
        }

        return FakeResponse.Json("", statusCode).WithBody(buffer.WrittenMemory);
    }
}
