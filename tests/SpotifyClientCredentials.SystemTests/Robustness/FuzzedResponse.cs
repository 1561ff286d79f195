using System.Net;
using System.Text;
using CsCheck;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>A response of the token endpoint, successful or not, after mutations of its JSON structure and of its bytes.</summary>
internal sealed record FuzzedResponse(HttpStatusCode Status, string? MediaType, string? ContentEncoding, byte[] Body)
{
    public const string RejectedToken = "BQrejectedrejected-_";
    public const string NewToken = "BQnewnewnewnewnew-_~+/==";

    private static readonly HttpStatusCode[] Statuses =
    [
        HttpStatusCode.Created, HttpStatusCode.NoContent, HttpStatusCode.Found, HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized, HttpStatusCode.RequestTimeout,
        HttpStatusCode.UnsupportedMediaType, HttpStatusCode.TooManyRequests, HttpStatusCode.InternalServerError, HttpStatusCode.ServiceUnavailable, (HttpStatusCode)999,
    ];

    private static readonly string[] Echoes =
    [
        TestOptions.ClientSecret, TestOptions.CreateValid().BasicValue, RejectedToken, NewToken, Uri.EscapeDataString(TestOptions.ClientSecret),
        WebUtility.UrlEncode(NewToken), Convert.ToBase64String(Encoding.UTF8.GetBytes(TestOptions.ClientSecret)),
    ];

    private static readonly Gen<string> AnyEcho = Gen.Select(Gen.OneOf(Echoes), Gen.Int[0, 40], (echo, at) => at < echo.Length && at % 3 == 0 ? echo.Insert(at, "\u200b") : echo);

    private static readonly Gen<string> AnyMediaType = Gen.OneOf(
        Gen.OneOf("application/json", "application/json", "text/html", "application/problem+json", "", "x\ny"), AnyEcho.Select(echo => "text/" + echo));

    private static readonly Gen<HttpStatusCode> AnyStatus = Gen.Frequency((4, Gen.Const(HttpStatusCode.OK)), (1, Gen.OneOf(Statuses)));

    private static readonly Gen<string?> AnyEncoding = Gen.Frequency(
        (30, Gen.Const((string?)null)), (1, Gen.OneOf<string?>("gzip", "br", "", "\u0001")), (1, AnyEcho.Select(echo => (string?)echo)));

    private static readonly Gen<byte[]> AnyBody =
        Gen.Frequency((12, FuzzedJson.Any(AnyEcho)), (1, Gen.OneOf("", "<html><body>503</body></html>", "upstream connect error", "null", "[]", "3600")))
            .Select(Encoding.UTF8.GetBytes)
            .SelectMany(FuzzedBytes.Of);

    public static readonly Gen<FuzzedResponse> Any =
        Gen.Select(AnyStatus, AnyMediaType, AnyEncoding, AnyBody, (status, mediaType, encoding, body) => new FuzzedResponse(status, mediaType, encoding, body));

    public TokenResponse ToResponse() => new()
    {
        Status = Status,
        MediaType = MediaType,
        ContentEncoding = ContentEncoding,
        Body = Body,
    };

    public override string ToString() =>
        $"{(int)Status} {MediaType} {ContentEncoding} {Body.Length} bytes, base64 {Convert.ToBase64String(Body.AsSpan(0, Math.Min(Body.Length, 2000)))}";
}
