using Microsoft.Extensions.Diagnostics.HealthChecks;
using SpotifyClientCredentials;

namespace CatalogWeb;

/// <summary>Healthy as long as a token can be had. While one is held, that costs a look into memory.</summary>
internal sealed class SpotifyTokenHealthCheck(ClientCredentialsTokenProvider tokens) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            AccessToken token = await tokens.GetTokenAsync(cancellationToken);
            return HealthCheckResult.Healthy($"The token expires on {token.ExpiresOn:u}.");
        }
        catch (TokenRequestException e)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, e.Message);
        }
    }
}
