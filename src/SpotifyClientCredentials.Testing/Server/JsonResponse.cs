using System.Buffers;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SpotifyClientCredentials.Testing.Server;

/// <summary>Creates responses whose body is a JSON object.</summary>
internal static class JsonResponse
{
    // Spotify doesn't escape "+", "&" and non-ASCII letters.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static FakeResponse Create(HttpStatusCode statusCode, Action<Utf8JsonWriter> writeMembers)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, Options))
        {
            json.WriteStartObject();
            writeMembers(json);
            json.WriteEndObject();
        }

        return FakeResponse.Json("", statusCode).WithBody(buffer.WrittenMemory);
    }
}
