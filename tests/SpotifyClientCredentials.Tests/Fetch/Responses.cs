using System.Net;
using System.Text;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Fetch;

/// <summary>Answers of the token endpoint that never were on a wire.</summary>
internal static class Responses
{
    public const string Good = """{"access_token":"NgCXRKc-MzYjw","token_type":"bearer","expires_in":3600}""";

    public static TokenResponse Of(HttpStatusCode status, string body, string? mediaType = "application/json", string? contentEncoding = null) =>
        Of(status, Encoding.UTF8.GetBytes(body), mediaType, contentEncoding);

    public static TokenResponse Of(HttpStatusCode status, byte[] body, string? mediaType = "application/json", string? contentEncoding = null) =>
        new() { Status = status, Body = body, MediaType = mediaType, ContentEncoding = contentEncoding };

    public static GrantedToken Token(this TokenResponse response) => response.ToToken(TestOptions.CreateValid(), rejected: null);

    public static TokenRequestException Failure(this TokenResponse response, OptionsSnapshot? options = null, AccessToken? rejected = null) =>
        Assert.Throws<TokenRequestException>(() => response.ToToken(options ?? TestOptions.CreateValid(), rejected));

    /// <summary>Where a secret would show.</summary>
    public static string AllText(this TokenRequestException failure) => $"{failure} {failure.Message} {failure.Error} {failure.ErrorDescription}";
}
