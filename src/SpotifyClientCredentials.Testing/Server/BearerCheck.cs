
namespace SpotifyClientCredentials.Testing.Server;

/// <summary>The Web API's look at the <c>Authorization</c> header (RFC 6750, section 2.1).</summary>
internal static class BearerCheck
{
    private const string Scheme = "Bearer ";

    /// <summary>Null where the request has a good token.</summary>
    public static FakeResponse? Refuse(RecordedRequest request, IssuedTokens tokens)
    {
        if (!request.Headers.TryGetValue("Authorization", out string? authorization))
        {
            return FakeResponse.Unauthorized;
        }

        string token = authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? authorization[Scheme.Length..] : "";
        if (!IsB64Token(token))
        {
            return ApiError.BadRequest("Only valid bearer authentication supported");
        }

        return tokens.Accepts(token) ? null : FakeResponse.Unauthorized;
    }

    private static bool IsB64Token(string token)
    {
        string characters = token.TrimEnd('=');
        return characters.Length > 0 && characters.All(c => char.IsAsciiLetterOrDigit(c) || "-._~+/".Contains(c));
    }
}
