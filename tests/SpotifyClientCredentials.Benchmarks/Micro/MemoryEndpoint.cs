using System.Net;
using System.Text;

namespace SpotifyClientCredentials.Benchmarks.Micro;

/// <summary>A token endpoint and Web API in memory, so that only the code in front of it is measured.</summary>
internal sealed class MemoryEndpoint(bool isAsync = false) : HttpMessageHandler
{
    public static readonly Uri TokenEndpoint = new("https://accounts.spotify.com/api/token");

    private readonly Task<HttpResponseMessage> _response = Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        request.Method == HttpMethod.Post ? Task.FromResult(Token())
        : isAsync ? RespondLaterAsync()
        : _response;

    private async Task<HttpResponseMessage> RespondLaterAsync()
    {
        await Task.Yield();
        return await _response.ConfigureAwait(false);
    }

    private static HttpResponseMessage Token() => new(HttpStatusCode.OK)
    {
        Content = new StringContent("""{"access_token":"BQbenchmarkbenchmarkbenchmark","token_type":"Bearer","expires_in":3600}""", Encoding.UTF8, "application/json"),
    };
}
