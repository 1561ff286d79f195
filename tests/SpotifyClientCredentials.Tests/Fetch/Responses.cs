using System.Net;
using System.Text;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Fetch;

/// <summary>Responses of the token endpoint that are made in memory.</summary>
internal static class Responses
{
    public const string Good = """{"access_token":"NgCXRKc-MzYjw","token_type":"bearer","expires_in":3600}""";

    public static TokenResponse Of(HttpStatusCode status, string body, string? mediaType = "application/json", string? contentEncoding = null) =>
        Of(status, Encoding.UTF8.GetBytes(body), mediaType, contentEncoding);

    public static TokenResponse Of(HttpStatusCode status, byte[] body, string? mediaType = "application/json", string? contentEncoding = null) =>
        new() { Status = status, Body = body, MediaType = mediaType, ContentEncoding = contentEncoding };

    public static (string AccessToken, TimeSpan Lifetime) Token(this TokenResponse response) => response.ReadToken(TestOptions.CreateValid(), known: null);

    public static TokenRequestException Failure(this TokenResponse response, OptionsSnapshot? options = null, AccessToken? rejected = null) =>
        Assert.Throws<TokenRequestException>(() => response.ReadToken(options ?? TestOptions.CreateValid(), rejected));

    /// <summary>Every text in which a secret could appear.</summary>
    public static string AllText(this TokenRequestException failure) => $"{failure} {failure.Message} {failure.Error} {failure.ErrorDescription}";
}
