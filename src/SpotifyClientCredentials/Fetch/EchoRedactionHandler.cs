
namespace SpotifyClientCredentials.Fetch;

/// <summary>The token client's innermost handler: what a server sends back of the credentials that it was sent reaches no log of .NET's.</summary>
// Microsoft.Extensions.Http logs, inside of every handler that a client can add, the exceptions of misframed answers, and, in version 8 or
// where redaction is switched off, the answer's headers.
internal sealed class EchoRedactionHandler(HttpMessageHandler primary) : DelegatingHandler(primary)
{
    public static readonly HttpRequestOptionsKey<SafeText> Redaction = new(nameof(SpotifyClientCredentials));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e) when (MisframedResponse.IsCauseOf(e))
        {
            throw MisframedResponse.ToException();
        }

        if (request.Options.TryGetValue(Redaction, out SafeText? redaction))
        {
            redaction.RemoveEchoes(response.Headers);
            redaction.RemoveEchoes(response.Content.Headers);
        }

        return response;
    }
}
