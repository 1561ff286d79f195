namespace SpotifyClientCredentials.Tests.Extensions8;

/// <summary>Adds a header to each request that passes.</summary>
internal sealed class HeaderHandler(string name) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _ = request.Headers.TryAddWithoutValidation(name, "1");
        return base.SendAsync(request, cancellationToken);
    }
}
