using System.Text.Json;
using System.Text.Json.Serialization;

namespace SpotifyClientCredentials.Internal;

/// <summary>
/// The fields of a token endpoint's answer (RFC 6749, sections 5.1 and 5.2), each of whatever JSON type the server chose: whether it is the
/// right one is decided where it can be said which field is wrong.
/// </summary>
internal sealed class TokenEndpointBody
{
    [JsonPropertyName("access_token")]
    public JsonElement AccessToken { get; init; }

    [JsonPropertyName("token_type")]
    public JsonElement TokenType { get; init; }

    [JsonPropertyName("expires_in")]
    public JsonElement ExpiresIn { get; init; }

    [JsonPropertyName("error")]
    public JsonElement Error { get; init; }

    [JsonPropertyName("error_description")]
    public JsonElement ErrorDescription { get; init; }
}

[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(TokenEndpointBody))]
internal sealed partial class TokenEndpointJson : JsonSerializerContext;
