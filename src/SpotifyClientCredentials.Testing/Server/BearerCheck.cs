namespace SpotifyClientCredentials.Testing.Server;

/// <summary>Validates the <c>Authorization</c> header of Web API requests (RFC 6750, section 2.1).</summary>
internal static class BearerCheck
{
    private const string Scheme = "Bearer ";

    /// <returns>An error response, or null if the request has a valid token.</returns>
    public static FakeResponse? Validate(RecordedRequest request, IssuedTokens issuedTokens)
    {
        if (!request.Headers.TryGetValue("Authorization", out string? authorization))
        {
            return FakeResponse.Unauthorized;
        }

        string token = authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? authorization[Scheme.Length..] : "";
        if (!IsB64Token(token))
        {
            return ApiError.MalformedAuthorization;
        }

        return issuedTokens.Accepts(token) ? null : FakeResponse.Unauthorized;
    }

    private static bool IsB64Token(string token)
    {
        string characters = token.TrimEnd('=');
        return characters.Length > 0 && characters.All(c => char.IsAsciiLetterOrDigit(c) || "-._~+/".Contains(c));
    }
}
